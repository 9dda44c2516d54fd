"""Headers in other languages than English: what shop systems and marketplaces print there, and people type.

A word stands here only if shop systems and sellers of its language agree on it. The places in a tuple are those
of the field's `headers` in `fields`, the surest first; a `?` before a header means here what it means there.
"""

from itertools import zip_longest
from typing import NamedTuple

from bikorders.reading.fields import ITEM_FIELDS, Field

# fmt: off
ORDER_HEADERS: dict[str, tuple[str, ...]] = {
    "id": (
        ("número de pedido, numero de pedido, nº de pedido, n.º de pedido, nro de pedido, nro. de pedido, no. de pedido, "
            "nº pedido, id de pedido, id del pedido, número de orden, numero de orden, nro de orden, código de pedido, "
            "numero do pedido, nº do pedido, n° do pedido, id do pedido, código do pedido, número da encomenda, "
            "nº da encomenda, numéro de commande, numero de commande, n° de commande, n° commande, réf. commande, "
            "référence commande, bestellnummer, bestellnr, bestell-nr, bestell-nr., auftragsnummer, auftragsnr, "
            "auftrags-nr, auftrags-nr., numero ordine, numero d'ordine, n. ordine, n° ordine, id ordine, no pesanan, "
            "no. pesanan, nomor order, no order, no. order, id pesanan, kode pesanan, kode order, sipariş no, "
            "sipariş numarası, sipariş id, siparis no, mã đơn hàng, mã đơn, số đơn hàng, "
            "หมายเลขคำสั่งซื้อ, เลขที่คำสั่งซื้อ, รหัสคำสั่งซื้อ, เลขที่ออเดอร์, ऑर्डर नंबर, ऑर्डर संख्या, ऑर्डर आईडी, ऑर्डर क्रमांक, "
            "رقم الطلب, رقم الطلبية, رقم الأوردر, № заказа, заказ №, № замовлення, номер замовлення, id заказа, "
            "numer zamówienia, nr zamówienia, id zamówienia, bestelnummer, ordernummer, beställningsnummer, ordrenummer, "
            "tilausnumero, číslo objednávky, č. objednávky, număr comandă, nr. comandă, nr comandă, "
            "rendelésszám, rendelési szám, rendelésazonosító, αριθμός παραγγελίας, αρ. παραγγελίας, номер на поръчка, "
            "מספר הזמנה, شماره سفارش, অর্ডার নম্বর, ஆர்டர் எண், ఆర్డర్ నంబర్, ऑर्डर नं, 주문번호, 주문 번호, "
            "受注番号, オーダー番号, 订单号, 订单编号, 訂單編號, 訂單號碼"),
        "",
        ("?pedido, ?orden, ?commande, ?bestellung, ?auftrag, ?ordine, ?pesanan, ?sipariş, ?đơn hàng, ?คำสั่งซื้อ, "
            "?ऑर्डर, ?الطلب, ?заказ, ?замовлення, ?zamówienie, ?bestelling, ?objednávka, ?comandă, ?rendelés, ?注文, ?订单"),
    ),
    "status": (
        ("estado del pedido, estado de pedido, estado pedido, estado de la orden, estatus del pedido, status do pedido, "
            "situação do pedido, estado da encomenda, statut de la commande, statut commande, état de la commande, "
            "état commande, bestellstatus, auftragsstatus, stato ordine, stato dell'ordine, status pesanan, sipariş durumu, "
            "sipariş statüsü, trạng thái đơn hàng, สถานะคำสั่งซื้อ, สถานะการสั่งซื้อ, ऑर्डर की स्थिति, ऑर्डर स्थिति, حالة الطلب, "
            "статус заказа, статус замовлення, status zamówienia, bestelstatus, orderstatus, stav objednávky, "
            "starea comenzii, stare comandă, rendelés állapota, κατάσταση παραγγελίας, סטטוס הזמנה, وضعیت سفارش, "
            "주문상태, 주문 상태, 注文ステータス, 注文状況, 订单状态, 訂單狀態"),
        ("estatus, statut, durum, trạng thái, สถานะ, स्थिति, ステータス, 상태, 状态, סטטוס, κατάσταση, ?estado, ?état, "
            "?stato, ?situação, الحالة, ?stav, ?stare, ?állapot, ?stan"),
    ),
    "paymentStatus": (
        ("estado de pago, estado del pago, estado pago, status do pagamento, status de pagamento, situação do pagamento, "
            "estado do pagamento, statut de paiement, statut du paiement, statut paiement, état du paiement, zahlungsstatus, "
            "stato pagamento, stato del pagamento, status pembayaran, status bayar, ödeme durumu, trạng thái thanh toán, "
            "tình trạng thanh toán, สถานะการชำระเงิน, สถานะชำระเงิน, भुगतान स्थिति, भुगतान की स्थिति, حالة الدفع, статус оплаты, "
            "статус платежа, статус оплати, status płatności, betaalstatus, betalingsstatus, stav platby, 결제상태, "
            "支払状況, 支払いステータス, 付款状态, 支付状态"),
        ("?pagado, ?pago, ?pagamento, ?payé, ?paiement, ?bezahlt, ?zahlung, ?pagato, ?lunas, ?pembayaran, ?bayar, ?ödendi, "
            "?ödeme, ?thanh toán, ?ชำระเงิน, ?भुगतान, ?الدفع, ?مدفوع, ?оплата, ?оплачено, ?opłacone, ?zapłacone, ?płatność, "
            "?betaald, ?betalt, ?betald"),
    ),
    "payment method": (
        ("método de pago, metodo de pago, medio de pago, forma de pago, forma de pagamento, método de pagamento, "
            "meio de pagamento, mode de paiement, moyen de paiement, méthode de paiement, zahlungsart, zahlungsmethode, "
            "zahlungsweise, metodo di pagamento, metode pembayaran, ödeme yöntemi, ödeme şekli, ödeme tipi, "
            "phương thức thanh toán, hình thức thanh toán, วิธีการชำระเงิน, ช่องทางการชำระเงิน, भुगतान का तरीका, भुगतान विधि, "
            "طريقة الدفع, способ оплаты, спосіб оплати, metoda płatności, sposób płatności, betaalmethode, betaalwijze, "
            "betalingsmetode, způsob platby, fizetési mód, metodă de plată, 결제방법, 支払方法, 支付方式, 付款方式"),
    ),
    "shipping status": (
        ("estado de envío, estado del envío, status do envio, status de entrega, statut de livraison, statut livraison, "
            "versandstatus, lieferstatus, stato spedizione, status pengiriman, kargo durumu, trạng thái vận chuyển, "
            "trạng thái giao hàng, สถานะการจัดส่ง, حالة الشحن, حالة التوصيل, статус доставки, status dostawy, status wysyłki, "
            "?envío, ?envio, ?entrega, ?livraison, ?versand, ?pengiriman, ?kargo, ?доставка"),
    ),
    "items": (
        ("?pedido, ?orden, ?commande, ?bestellung, ?ordine, ?pesanan, ?sipariş, ?đơn hàng, ?คำสั่งซื้อ, ?ऑर्डर, ?الطلب, "
            "?заказ, ?замовлення, ?zamówienie, ?bestelling, productos, artículos, produtos, itens, itens do pedido, produits, "
            "articles, produkte, prodotti, articoli, daftar barang, ürünler, các sản phẩm, المنتجات, товары, состав заказа, "
            "produkty, producten, 注文内容"),
    ),
    "subTotal": (
        "",
        ("sous-total, sous total, zwischensumme, subtotale, ara toplam, tạm tính, ยอดรวมย่อย, المجموع الفرعي, "
            "промежуточный итог, подытог, suma częściowa, subtotaal, delsumma, mezisoučet"),
    ),
    "shippingCharge": (
        ("costo de envío, costo de envio, costo envío, coste de envío, gastos de envío, valor do frete, taxa de entrega, "
            "custo de envio, frais de livraison, frais de port, frais d'expédition, versandkosten, liefergebühr, "
            "spese di spedizione, costo di spedizione, ongkir, ongkos kirim, biaya kirim, biaya pengiriman, kargo ücreti, "
            "kargo bedeli, phí vận chuyển, phí ship, phí giao hàng, ค่าจัดส่ง, ค่าส่ง, शिपिंग शुल्क, डिलीवरी शुल्क, رسوم الشحن, "
            "رسوم التوصيل, تكلفة الشحن, سعر التوصيل, стоимость доставки, вартість доставки, koszt wysyłki, koszt dostawy, "
            "verzendkosten, fraktkostnad, poštovné, szállítási költség, 送料, 배송비, 运费, 運費"),
        "?frete, ?domicilio, ?despacho, ?envío, ?envio, ?entrega, ?livraison, ?versand, ?spedizione, ?pengiriman, ?kargo, ?доставка, ?dostawa",
    ),
    "discount": (
        "",
        ("?descuento, ?desconto, ?remise, ?réduction, ?rabatt, ?sconto, ?diskon, ?indirim, ?giảm giá, ?chiết khấu, ?ส่วนลด, "
            "?छूट, ?الخصم, ?خصم, ?скидка, ?знижка, ?rabat, ?zniżka, ?korting, ?sleva, ?reducere, ?割引, ?할인, ?折扣"),
    ),
    "total": (
        ("total del pedido, total de la orden, total pedido, total do pedido, valor total do pedido, total de la commande, "
            "total commande, bestellsumme, auftragssumme, totale ordine, total pesanan, sipariş tutarı, sipariş toplamı, "
            "tổng giá trị đơn hàng, tổng tiền đơn hàng, ยอดรวมคำสั่งซื้อ, إجمالي الطلب, сумма заказа, сума замовлення, "
            "wartość zamówienia, kwota zamówienia, celková cena objednávky"),
        "",
        ("total general, valor total, importe total, monto total, montant total, total ttc, gesamt, gesamtsumme, "
            "gesamtbetrag, gesamtpreis, totale, importo totale, total harga, total bayar, total pembayaran, jumlah total, "
            "toplam, toplam tutar, genel toplam, toplam fiyat, tổng tiền, tổng cộng, tổng thanh toán, ยอดรวม, ยอดสุทธิ, ราคารวม, "
            "รวมทั้งหมด, कुल, कुल राशि, कुल मूल्य, الإجمالي, الاجمالي, المجموع, المجموع الكلي, السعر الإجمالي, итого, всего, "
            "общая сумма, разом, razem, suma, łącznie, totaal, totaalbedrag, totalt, celkem, celková cena, összesen, σύνολο, "
            "סה״כ, 合計, 合計金額, 총액, 합계, 总金额, 總金額, 总计, 合计"),
        ("?importe, ?monto, ?valor, ?montant, ?betrag, ?summe, ?importo, ?tutar, ?số tiền, ?thành tiền, ?จำนวนเงิน, "
            "?ยอดเงิน, ?राशि, ?المبلغ, ?сумма, ?kwota, ?bedrag, ?belopp, ?beløb, ?金額, ?금액, ?金额"),
    ),
    "currency": (
        "moneda, divisa, moeda, devise, währung, valuta, mata uang, para birimi, tiền tệ, สกุลเงิน, मुद्रा, العملة, валюта, waluta, 通貨, 통화, 币种",
    ),
    "email": (
        ("correo, correo electrónico, correo electronico, correo del cliente, email do cliente, e-mail do cliente, "
            "courriel, adresse e-mail, adresse email, adresse électronique, e-mail-adresse, email-adresse, indirizzo email, "
            "alamat email, e-posta, eposta, e-posta adresi, địa chỉ email, อีเมล, อีเมล์, ईमेल, ईमेल आईडी, البريد الإلكتروني, "
            "البريد الالكتروني, الايميل, электронная почта, эл. почта, адрес электронной почты, електронна пошта, adres e-mail, "
            "adres email, e-mailadres, e-post, メールアドレス, 이메일, 邮箱, 電子郵件, ?contacto, ?contato"),
    ),
    "tracking number": (
        ("número de seguimiento, numero de seguimiento, código de seguimiento, número de guía, numero de guia, nro de guía, "
            "guía de envío, número de rastreo, código de rastreio, código de rastreamento, número de rastreamento, "
            "numéro de suivi, n° de suivi, sendungsnummer, trackingnummer, sendungsverfolgungsnummer, codice tracking, "
            "numero di tracciamento, no resi, no. resi, nomor resi, nomor pelacakan, kargo takip no, kargo takip numarası, "
            "kargo kodu, takip no, takip numarası, gönderi no, gonderi no, kargo no, mã vận đơn, số vận đơn, หมายเลขติดตามพัสดุ, "
            "หมายเลขพัสดุ, เลขพัสดุ, ट्रैकिंग नंबर, رقم التتبع, رقم البوليصة, رقم الشحنة, трек-номер, трек номер, "
            "номер отслеживания, номер накладной, ттн, номер ттн, numer przesyłki, nr przesyłki, numer śledzenia, "
            "trackingnummer, zendingsnummer, číslo zásilky, awb, 追跡番号, 伝票番号, 운송장번호, 송장번호, 快递单号, 运单号, "
            "物流单号, 追蹤號碼"),
        "?resi, ?guía, ?rastreio, ?suivi",
    ),
    "courier": (
        ("paquetería, paqueteria, empresa de envío, transportista, transporteur, versanddienstleister, versandunternehmen, "
            "corriere, kurir, jasa kirim, jasa pengiriman, ekspedisi, kargo firması, kargo şirketi, đơn vị vận chuyển, "
            "hãng vận chuyển, บริษัทขนส่ง, ขนส่ง, कूरियर, شركة الشحن, شركة التوصيل, транспортная компания, курьер, перевізник, "
            "kurier, przewoźnik, firma kurierska, vervoerder, dopravce, futár, 配送業者, 택배사, 快递公司, 物流公司"),
    ),
    "customer": (
        ("nombre del destinatario, destinatario, nome do destinatário, destinatário, nom du destinataire, destinataire, "
            "empfänger, empfängername, nome destinatario, nama penerima, penerima, alıcı, alıcı adı, tên người nhận, người nhận, "
            "ชื่อผู้รับ, ผู้รับ, प्राप्तकर्ता, اسم المستلم, المستلم, получатель, имя получателя, отримувач, odbiorca, ontvanger, "
            "mottagare, příjemce, お届け先氏名, 수령인, 收件人, 收貨人, 收货人"),
        ("cliente, nombre del cliente, nombre cliente, nombre de cliente, nombre completo, nome do cliente, nome cliente, "
            "nome completo, nom du client, nom client, nom complet, kunde, kundenname, nome del cliente, pelanggan, "
            "nama pembeli, pembeli, nama lengkap, nama customer, müşteri, müşteri adı, müşteri adı soyadı, ad soyad, "
            "adı soyadı, khách hàng, tên khách hàng, tên khách, họ tên, họ và tên, ชื่อลูกค้า, ลูกค้า, ชื่อ-นามสกุล, ग्राहक, "
            "ग्राहक का नाम, اسم العميل, العميل, اسم الزبون, الزبون, الاسم الكامل, имя клиента, фио, покупатель, заказчик, клієнт, "
            "піб, покупець, klient, nazwa klienta, imię i nazwisko, klant, klantnaam, kund, kundnamn, kundenavn, asiakas, "
            "zákazník, jméno zákazníka, client nume, nume client, vásárló, ügyfél, vevő, πελάτης, όνομα πελάτη, שם לקוח, לקוח, "
            "গ্রাহকের নাম, গ্রাহক, வாடிக்கையாளர், 顧客名, お客様名, 氏名, 고객명, 客户, 客户姓名, 顧客姓名"),
        ("comprador, nombre del comprador, nome do comprador, ?acheteur, ?käufer, ?acquirente, ?người mua, ?ชื่อผู้ซื้อ, "
            "?المشتري, ?kupujący"),
    ),
    "address.address1": (
        ("dirección de envío, direccion de envio, dirección de entrega, endereço de entrega, endereço de envio, "
            "adresse de livraison, adresse d'expédition, lieferadresse, versandadresse, indirizzo di spedizione, "
            "indirizzo di consegna, alamat pengiriman, teslimat adresi, địa chỉ giao hàng, địa chỉ nhận hàng, ที่อยู่จัดส่ง, "
            "ที่อยู่ในการจัดส่ง, ที่อยู่รับสินค้า, वितरण पता, डिलीवरी पता, عنوان الشحن, عنوان التوصيل, адрес доставки, "
            "адреса доставки, adres dostawy, bezorgadres, afleveradres, leveransadress, dodací adresa, adresă de livrare, "
            "szállítási cím, 配送先住所, お届け先住所, 배송지, 收货地址, 收件地址"),
        ("dirección, direccion, ?domicilio, endereço, endereco, adresse, anschrift, indirizzo, alamat lengkap, adres, địa chỉ, "
            "ที่อยู่, पता, العنوان, адреса, adress, adresa, cím, διεύθυνση, כתובת, ঠিকানা, முகவரி, 住所, 주소, 地址"),
    ),
    "address.city": (
        "",
        "ciudad, cidade, ville, stadt, città, kota, şehir, thành phố, शहर, المدينة, город, місто, miasto, stad, město, oraș, város, πόλη, עיר, শহর, 市区町村, 도시, 城市, kota/kabupaten",
    ),
    "address.country": (
        "",
        "país, pays, paese, negara, ülke, quốc gia, ประเทศ, देश, الدولة, страна, країна, kraj, země, țară, χώρα, 国, 국가, 国家",
    ),
    "address.zip": (
        "",
        ("código postal, codigo postal, c.p., cep, code postal, postleitzahl, plz, kode pos, posta kodu, mã bưu điện, "
            "รหัสไปรษณีย์, पिन कोड, पिनकोड, الرمز البريدي, почтовый индекс, индекс, поштовий індекс, kod pocztowy, psč, "
            "irányítószám, cod poștal, 郵便番号, 우편번호, 邮编, 郵遞區號"),
    ),
    "phoneNumber": (
        ("teléfono, telefono, número de teléfono, telefone, celular, número de celular, teléfono celular, nro de teléfono, "
            "telefone do cliente, teléfono del cliente, téléphone, numéro de téléphone, tél, tél., téléphone client, telefon, "
            "telefonnummer, handynummer, mobilnummer, rufnummer, numero di telefono, cellulare, telepon, nomor telepon, "
            "no telepon, no. telepon, no telp, no. telp, no hp, no. hp, nomor hp, no wa, no. wa, nomor whatsapp, "
            "telefon numarası, telefon no, cep telefonu, số điện thoại, điện thoại, sđt, เบอร์โทร, เบอร์โทรศัพท์, "
            "หมายเลขโทรศัพท์, โทรศัพท์, फोन, फ़ोन, फोन नंबर, फ़ोन नंबर, मोबाइल, मोबाइल नंबर, رقم الهاتف, الهاتف, رقم الجوال, الجوال, "
            "رقم الموبايل, الموبايل, رقم التليفون, تليفون, номер телефона, тел, номер телефону, моб. телефон, numer telefonu, "
            "nr telefonu, telefoonnummer, telefoon, puhelin, puhelinnumero, telefonszám, τηλέφωνο, טלפון, ফোন, মোবাইল, "
            "ফোন নম্বর, মোবাইল নম্বর, தொலைபேசி, 電話番号, 연락처, 전화번호, 电话, 手机, 手机号, 電話, ?contacto, ?contato"),
        "",
        "",
        ("teléfono del destinatario, telefone do destinatário, téléphone du destinataire, nomor penerima, no hp penerima, "
            "số điện thoại người nhận, sđt người nhận, เบอร์ผู้รับ, เบอร์โทรผู้รับ, هاتف المستلم, رقم المستلم, телефон получателя"),
    ),
}

ITEM_HEADERS: dict[str, tuple[str, ...]] = {
    "name": (
        ("nombre del producto, nombre producto, nombre de producto, nome do produto, nome produto, nom du produit, "
            "nom produit, nom de l'article, produktname, artikelname, artikelbezeichnung, produktbezeichnung, nome prodotto, "
            "nome del prodotto, nama produk, nama barang, ürün adı, tên sản phẩm, tên hàng, ชื่อสินค้า, उत्पाद का नाम, "
            "اسم المنتج, اسم الصنف, название товара, наименование товара, назва товару, nazwa produktu, nazwa towaru, "
            "productnaam, artikelnaam, produktnavn, produktnamn, název produktu, denumire produs, terméknév, termék neve, "
            "όνομα προϊόντος, שם המוצר, পণ্যের নাম, 상품명, 商品名称, 商品名稱, 品名"),
        ("producto, produto, produit, produkt, prodotto, produk, barang, ürün, urun, sản phẩm, สินค้า, उत्पाद, منتج, المنتج, "
            "товар, наименование, towar, produs, termék, προϊόν, מוצר, পণ্য, பொருள், 상품, 商品, 製品, zboží, ?artículo, "
            "?articulo, ?artigo, ?article, ?artikel, ?articolo, ?الصنف, ?item"),
        ("?descripción, ?descripcion, ?descrição, ?description du produit, ?désignation, ?designation, ?beschreibung, "
            "?bezeichnung, ?descrizione, ?keterangan barang, ?açıklama, ?mô tả, ?รายการ, ?विवरण, ?الوصف, ?описание, ?опис, "
            "?opis, ?omschrijving, ?titre, ?título, ?titel, ?titolo"),
    ),
    "productId": (
        ("código del producto, código de producto, código do produto, código produto, référence produit, artikelnummer, "
            "artikel-nr, artikel-nr., codice prodotto, codice articolo, kode produk, kode barang, ürün kodu, mã sản phẩm, "
            "mã hàng, รหัสสินค้า, उत्पाद कोड, كود المنتج, رمز المنتج, رقم المنتج, артикул, код товара, код товару, kod produktu, "
            "productcode, kód produktu, cikkszám, 商品番号, 상품코드, 商品编号"),
    ),
    "variantName": (
        ("variante, variación, variacion, nome da variação, variação, variazione, variasi, nama variasi, varian, varyant, "
            "tên phân loại hàng, phân loại, ชื่อตัวเลือก, ตัวเลือกสินค้า, вариант, варіант, wariant, varianta, バリエーション, 옵션, 规格, 規格"),
    ),
    "size": (
        "talla, talle, tamanho, taille, größe, taglia, ukuran, beden, kích cỡ, kích thước, ขนาด, ไซส์, साइज़, साइज, आकार, المقاس, размер, розмір, rozmiar, maat, storlek, velikost, サイズ, 사이즈, 尺码, 尺寸",
    ),
    "color": (
        "couleur, farbe, colore, warna, renk, màu, màu sắc, สี, रंग, اللون, цвет, колір, kolor, kleur, färg, barva, cor, culoare, 色, カラー, 색상, 颜色, 顏色",
    ),
    "quantity": (
        ("cantidad, cant, cant., quantidade, qtd, qtde, quantité, qté, menge, anzahl, stückzahl, quantità, kuantitas, jml, "
            "adet, miktar, số lượng, จำนวน, मात्रा, الكمية, كمية, عدد القطع, кол-во, кількість, ilość, szt, szt., "
            "liczba sztuk, aantal, antal, antall, määrä, množství, počet kusů, cantitate, mennyiség, ποσότητα, כמות, পরিমাণ, "
            "個数, 수량, 数目, 數量, ?jumlah"),
    ),
    "price": (
        ("precio unitario, precio por unidad, preço unitário, valor unitário, prix unitaire, pu, p.u., einzelpreis, "
            "stückpreis, prezzo unitario, harga satuan, birim fiyat, birim fiyatı, đơn giá, ราคาต่อหน่วย, ราคาต่อชิ้น, इकाई मूल्य, "
            "سعر الوحدة, سعر القطعة, цена за единицу, цена за шт, ціна за одиницю, cena jednostkowa, stuksprijs, enhetspris, "
            "cena za kus, egységár, 单价, 單價, 단가"),
        ("precio, preço, preco, prix, preis, prezzo, harga, fiyat, giá, giá bán, ราคา, ราคาขาย, कीमत, मूल्य, दाम, السعر, سعر, "
            "ціна, cena, prijs, pris, preț, ár, τιμή, מחיר, দাম, মূল্য, விலை, 価格, 가격, 价格, 價格"),
    ),
    "line total": (
        ("total línea, total linea, total artículo, total do item, subtotal do produto, total ligne, positionssumme, "
            "zeilensumme, satır toplamı, total harga produk, tổng giá bán, إجمالي السطر, сумма позиции, wartość pozycji"),
    ),
}

# fmt: on

_NAMES = "name, nombre, nome, nom, nama, ad, adı, isim, tên, ชื่อ, नाम, الاسم, имя, imię, naam, namn, navn, jméno, nume, név, όνομα, שם, নাম, பெயர், 名前, 이름, 姓名"
NAMES = tuple(_NAMES.split(", "))
"""How a column is headed that holds names and does not say of whom or what."""

NOTHING = (
    # Remarks
    "note, notes, remark, remarks, comment, comments, memo, instructions, special instructions, message, gift message, "
    "customer note, order note, order notes, seller note, buyer note, internal note, internal notes, internal, notas, "
    "nota, observaciones, observación, comentarios, observações, observação, obs, remarque, remarques, commentaire, "
    "commentaires, bemerkung, bemerkungen, anmerkung, anmerkungen, notiz, notizen, kommentar, osservazioni, catatan, "
    "keterangan, not, notlar, ghi chú, หมายเหตุ, टिप्पणी, ملاحظات, ملاحظة, примечание, примечания, комментарий, заметки, "
    "примітка, uwagi, notatki, opmerking, opmerkingen, poznámka, megjegyzés, 備考, 비고, 备注, 備註, "
    # When, by whom, through what
    "date, order date, created, created at, timestamp, time, month, day, year, due date, fecha, data, datum, tanggal, "
    "tarih, ngày, วันที่, तारीख, दिनांक, التاريخ, дата, data zamówienia, date de commande, bestelldatum, fecha de pedido, "
    "data do pedido, sipariş tarihi, ngày đặt hàng, тип, type, source, channel, sales channel, platform, store, shop, "
    "warehouse, branch, staff, agent, salesperson, handled by, packed by, checked by, assigned to, canal, canal de venta, "
    "vendedor, vendeur, verkäufer, "
    # Of the product, for the shop
    "category, brand, weight, hsn, hsn code, barcode, stock, cost, cost price, profit, commission, margin, supplier, vendor, "
    "categoría, marca, peso, catégorie, marque, poids, kategorie, marke, gewicht, kategori, merek, berat, "
    "province, region, district, county, provincia, région, bundesland, provinsi, uf, il, ilçe, จังหวัด, "
    "s.no, s no, sr no, sr. no, sl no, serial no"
)
"""Headers of columns that are known to hold nothing that Bik is told."""


class Known(NamedTuple):
    """A header that may mean a field, how sure it is of it (0 is the surest), and whether that needs no cells."""

    header: str
    sureness: int
    is_sure: bool


def list_headers(field: Field) -> list[Known]:
    """Return the headers that mean a field, those of other languages after the English ones."""
    native = (ITEM_HEADERS if field in ITEM_FIELDS else ORDER_HEADERS).get(field.path, ())
    return [
        Known(header.removeprefix("?"), sureness, not header.startswith("?"))
        for sureness, words in enumerate(zip_longest(field.headers, native, fillvalue=""))
        for header in ", ".join(words).split(", ")
        if header
    ]
