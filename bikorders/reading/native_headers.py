"""Headers in other languages than English: what shop systems and marketplaces print there, and people type.

A word stands here only if shop systems and sellers of its language agree on it. The places in a tuple are those
of the field's `headers` in `fields`, the surest first; a `?` before a header means here what it means there.
"""

from itertools import zip_longest
from typing import NamedTuple

from bikorders.reading.fields import ITEM_FIELDS, Field
from bikorders.reading.native_item_headers import ITEM_HEADERS

# fmt: off
ORDER_HEADERS: dict[str, tuple[str, ...]] = {
    "id": (
        ("número de pedido, numero de pedido, nº de pedido, n.º de pedido, nro de pedido, nro. de pedido, no. de pedido, "
            "nº pedido, id de pedido, id del pedido, número de orden, numero de orden, nro de orden, código de pedido, numero "
            "do pedido, nº do pedido, n° do pedido, id do pedido, código do pedido, número da encomenda, nº da encomenda, "
            "numéro de commande, numero de commande, n° de commande, n° commande, réf. commande, référence commande, "
            "bestellnummer, bestellnr, bestell-nr, bestell-nr., auftragsnummer, auftragsnr, auftrags-nr, auftrags-nr., numero "
            "ordine, numero d'ordine, n. ordine, n° ordine, id ordine, no pesanan, no. pesanan, nomor order, no order, no. "
            "order, id pesanan, kode pesanan, kode order, sipariş no, sipariş numarası, sipariş id, siparis no, mã đơn hàng, "
            "mã đơn, số đơn hàng, หมายเลขคำสั่งซื้อ, เลขที่คำสั่งซื้อ, รหัสคำสั่งซื้อ, เลขที่ออเดอร์, ऑर्डर नंबर, ऑर्डर "
            "संख्या, ऑर्डर आईडी, ऑर्डर क्रमांक, رقم الطلب, رقم الطلبية, رقم الأوردر, № заказа, заказ №, № замовлення, номер "
            "замовлення, id заказа, numer zamówienia, nr zamówienia, id zamówienia, bestelnummer, ordernummer, "
            "beställningsnummer, ordrenummer, tilausnumero, číslo objednávky, č. objednávky, număr comandă, nr. comandă, nr "
            "comandă, rendelésszám, rendelési szám, rendelésazonosító, αριθμός παραγγελίας, αρ. παραγγελίας, номер на "
            "поръчка, מספר הזמנה, شماره سفارش, অর্ডার নম্বর, ஆர்டர் எண், ఆర్డర్ నంబర్, ऑर्डर नं, 주문번호, 주문 번호, 受注番号, オーダー番号, "
            "订单号, 订单编号, 訂單編號, 訂單號碼, número de comanda, bestell-id, ordre id, bestillings-id, eskaera zenbakia, شناسه سفارش, "
            "注文id, შეკვეთის ნომერი, užsakymo numeris, pasūtījuma numurs, bestelling id, bestellingsnummer, identyfikator "
            "zamówienia, id comandă, идентификатор заказа, številka naročila, numri i porosisë, sipariş kimliği, id "
            "замовлення, broj narudžbe, เลขออเดอร์, ઓર્ડર નંબર, ఆర్డర్ నెంబర్, ಆರ್ಡರ್ ಸಂಖ್ಯೆ, ಆರ್ಡರ್ ನಂಬರ್, "
            "ഓർഡർ നമ്പർ, ਆਰਡਰ ਨੰਬਰ, آرڈر نمبر"),
        "",
        ("?pedido, ?orden, ?commande, ?bestellung, ?auftrag, ?ordine, ?pesanan, ?sipariş, ?đơn hàng, ?คำสั่งซื้อ, ?ऑर्डर, "
            "?الطلب, ?заказ, ?замовлення, ?zamówienie, ?bestelling, ?objednávka, ?comandă, ?rendelés, ?注文, ?订单"),
        "", "", "", "?folio",
    ),
    "status": (
        ("estado del pedido, estado de pedido, estado pedido, estado de la orden, estatus del pedido, status do pedido, "
            "situação do pedido, estado da encomenda, statut de la commande, statut commande, état de la commande, état "
            "commande, bestellstatus, auftragsstatus, stato ordine, stato dell'ordine, status pesanan, sipariş durumu, "
            "sipariş statüsü, trạng thái đơn hàng, สถานะคำสั่งซื้อ, สถานะการสั่งซื้อ, ऑर्डर की स्थिति, ऑर्डर स्थिति, حالة "
            "الطلب, статус заказа, статус замовлення, status zamówienia, bestelstatus, orderstatus, stav objednávky, starea "
            "comenzii, stare comandă, rendelés állapota, κατάσταση παραγγελίας, סטטוס הזמנה, وضعیت سفارش, 주문상태, 주문 상태, "
            "注文ステータス, 注文状況, 订单状态, 訂單狀態, ordrestatus, מצב הזמנה, stanje narudžbe, stanje naročila, užsakymo būsena"),
        ("estatus, statut, durum, trạng thái, สถานะ, स्थिति, ステータス, 상태, 状态, סטטוס, κατάσταση, ?estado, ?état, ?stato, "
            "?situação, الحالة, ?stav, ?stare, ?állapot, ?stan, staatus, olek, státusz, statuss, statusi, ?وضعیت, ?tila, "
            "?מצב, ?būsena, ?狀態, ?ស្ថានភាព, ?egoera, ?tình trạng, ?நிலை, ?स्थिती, ?অবস্থা, ?સ્થિતિ, ?స్థితి, ?ಸ್ಥಿತಿ, ?حالت, स्टेटस, "
            "স্ট্যাটাস, స్టేటస్, ಸ್ಟೇಟಸ್, اسٹیٹس"),
    ),
    "paymentStatus": (
        ("estado de pago, estado del pago, estado pago, status do pagamento, status de pagamento, situação do pagamento, "
            "estado do pagamento, statut de paiement, statut du paiement, statut paiement, état du paiement, zahlungsstatus, "
            "stato pagamento, stato del pagamento, status pembayaran, status bayar, ödeme durumu, trạng thái thanh toán, tình "
            "trạng thanh toán, สถานะการชำระเงิน, สถานะชำระเงิน, भुगतान स्थिति, भुगतान की स्थिति, حالة الدفع, статус оплаты, "
            "статус платежа, статус оплати, status płatności, betaalstatus, betalingsstatus, stav platby, 결제상태, 支払状況, "
            "支払いステータス, 付款状态, 支付状态, حالة السداد, статус на плащането, състояние на плащане, estat de pagament, estat del "
            "pagament, κατάσταση πληρωμής, makse staatus, وضعیت پرداخت, maksun tila, fizetés állapota, greiðslustaða, 支払い状況, "
            "apmokėjimo būsena, төлбөрийн төлөв, stan płatności, status plată, состояние оплаты, состояние платежа, stav "
            "úhrady, stanje plačila, status plačila, стање плаћања, betalningsstatus, betalningstatus, стан платежу, статус "
            "платежу, 付款狀態"),
        ("?pagado, ?pago, ?pagamento, ?payé, ?paiement, ?bezahlt, ?zahlung, ?pagato, ?lunas, ?pembayaran, ?bayar, ?ödendi, "
            "?ödeme, ?thanh toán, ?ชำระเงิน, ?भुगतान, ?الدفع, ?مدفوع, ?оплата, ?оплачено, ?opłacone, ?zapłacone, ?zapłacono, ?płatność, "
            "?betaald, ?betalt, ?betald"),
    ),
    "payment method": (
        ("método de pago, metodo de pago, medio de pago, forma de pago, forma de pagamento, método de pagamento, meio de "
            "pagamento, mode de paiement, moyen de paiement, méthode de paiement, zahlungsart, zahlungsmethode, "
            "zahlungsweise, metodo di pagamento, metode pembayaran, ödeme yöntemi, ödeme şekli, ödeme tipi, phương thức thanh "
            "toán, hình thức thanh toán, วิธีการชำระเงิน, ช่องทางการชำระเงิน, भुगतान का तरीका, भुगतान विधि, طريقة الدفع, "
            "способ оплаты, спосіб оплати, metoda płatności, sposób płatności, betaalmethode, betaalwijze, betalingsmetode, "
            "způsob platby, fizetési mód, metodă de plată, 결제방법, 支払方法, 支付方式, 付款方式, نوع الدفع, mètode de pagament, tipus de "
            "pagament, platební metoda, typ platby, betalingstype, μέθοδος πληρωμής, τρόπος πληρωμής, τύπος πληρωμής, tipo de "
            "pago, makse tüüp, makseviis, روش پرداخت, maksutapa, maksutyyppi, type de paiement, אמצעי תשלום, fizetési típus, "
            "cara pembayaran, tipo di pagamento, ប្រភេទការទូទាត់, 결제 유형, mokėjimo būdas, mokėjimo tipas, maksājuma veids, "
            "betalingsmethode, typ płatności, tipo de pagamento, tip de plată, метод оплаты, spôsob platby, način plačila, "
            "betalningsmetod, betalningssätt, betalningstyp, betalsätt, ประเภทการชำระเงิน, ödeme türü, метод оплати"),
    ),
    "shipping status": (
        ("estado de envío, estado del envío, status do envio, status de entrega, statut de livraison, statut livraison, "
            "versandstatus, lieferstatus, stato spedizione, status pengiriman, kargo durumu, trạng thái vận chuyển, trạng "
            "thái giao hàng, สถานะการจัดส่ง, حالة الشحن, حالة التوصيل, статус доставки, status dostawy, status wysyłki, "
            "?envío, ?envio, ?entrega, ?livraison, ?versand, ?pengiriman, ?kargo, ?доставка, stav dodávky, "
            "forsendelsesstatus, leveringsstatus, κατάσταση αποστολής, tarne staatus, toimituksen tila, סטטוס משלוח, stanje "
            "pošiljke, 配送状況, 배송 상태, pristatymo būsena, forsendelsestatus, verzendstatus, situação do envio, status kirim, status da "
            "entrega, stare livrare, статус отправки, fraktstatus, leveransstatus, teslimat durumu, стан відвантаження, 配送状态"),
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
            "промежуточный итог, подытог, suma częściowa, subtotaal, delsumma, mezisoučet, междинна сума, субтотал, সাবটোটাল, "
            "međuzbir, μερικό σύνολο, υποσύνολο, vahesumma, جمع جزء, välisumma, סיכום ביניים, סכום ביניים, उप कुल, उप योग, "
            "उपकुल, részösszeg, totale parziale, សរុបរង, 소계, tarpinė suma, starpsumma, delsum, подитог, medzisúčet, delna "
            "vsota, nëntotali, међузбир, alt toplam, проміжний підсумок, ذیلی کل, tổng phụ, 小计"),
    ),
    "shippingCharge": (
        ("costo de envío, costo de envio, costo envío, coste de envío, gastos de envío, valor do frete, taxa de entrega, "
            "custo de envio, frais de livraison, frais de port, frais d'expédition, versandkosten, liefergebühr, spese di "
            "spedizione, costo di spedizione, ongkir, ongkos kirim, biaya kirim, biaya pengiriman, kargo ücreti, kargo "
            "bedeli, phí vận chuyển, phí ship, phí giao hàng, ค่าจัดส่ง, ค่าส่ง, शिपिंग शुल्क, डिलीवरी शुल्क, رسوم الشحن, "
            "رسوم التوصيل, تكلفة الشحن, سعر التوصيل, стоимость доставки, вартість доставки, koszt wysyłki, koszt dostawy, "
            "verzendkosten, fraktkostnad, poštovné, szállítási költség, 送料, 배송비, 运费, 運費, έξοδα αποστολής, cijena dostave, "
            "ডেলিভারি চার্জ, डिलीवरी चार्ज, ડિલિવરી ચાર્જ, டெலிவரி கட்டணம், ڈیلیوری چارجز, مصاريف الشحن, مصاريف التوصيل"),
        "?frete, ?domicilio, ?despacho, ?envío, ?envio, ?entrega, ?livraison, ?versand, ?spedizione, ?pengiriman, ?kargo, ?доставка, ?dostawa, ?wysyłka",
    ),
    "discount": (
        "",
        ("?descuento, ?desconto, ?remise, ?réduction, ?rabatt, ?sconto, ?diskon, ?indirim, ?giảm giá, ?chiết khấu, "
            "?ส่วนลด, ?छूट, ?الخصم, ?خصم, ?скидка, ?знижка, ?rabat, ?zniżka, ?korting, ?sleva, ?reducere, ?割引, ?할인, ?折扣, "
            "?отстъпка, ?ছাড়, ?popust, ?descompte, ?έκπτωση, ?allahindlus, ?تخفیف, ?alennus, ?הנחה, ?डिस्काउंट, ?kedvezmény, "
            "?afsláttur, ?ფასდაკლება, ?បញ្ចុះតម្លៃ, ?ສ່ວນຫຼຸດ, ?nuolaida, ?atlaide, ?попуст, ?छुट, ?zľava, ?zbritje, ?رعایت, "
            "?chegirma"),
    ),
    "total": (
        ("total del pedido, total de la orden, total pedido, total do pedido, valor total do pedido, total de la commande, "
            "total commande, bestellsumme, auftragssumme, totale ordine, total pesanan, sipariş tutarı, sipariş toplamı, tổng "
            "giá trị đơn hàng, tổng tiền đơn hàng, ยอดรวมคำสั่งซื้อ, إجمالي الطلب, сумма заказа, сума замовлення, wartość "
            "zamówienia, kwota zamówienia, celková cena objednávky, مجموع الطلب, total comanda, total de la comanda, "
            "objednávka celkem, ordretotal, σύνολο παραγγελίας, مجموع سفارش, rendelés végösszege, rendelés összesen, 주문 합계, "
            "užsakymo suma, besteltotaal, bestelling totaal, suma zamówienia, total da encomenda, total comandă, objednávka "
            "celkom, beställningssumma, ordersumma, order totalt, загальна сума замовлення, tổng đơn hàng, 訂單總計, 订单合计, 订单总计, "
            "订单总额"),
        "",
        ("total general, valor total, importe total, monto total, montant total, total ttc, gesamt, gesamtsumme, "
            "gesamtbetrag, gesamtpreis, totale, importo totale, total harga, total bayar, total pembayaran, jumlah total, "
            "toplam, toplam tutar, genel toplam, toplam fiyat, tổng tiền, tổng cộng, tổng thanh toán, ยอดสุทธิ, "
            "ราคารวม, รวมทั้งหมด, कुल, कुल राशि, कुल मूल्य, एकूण, एकूण रक्कम, মোট টাকা, মোট মূল্য, કુલ, કુલ રકમ, மொத்தம், "
            "மொத்த தொகை, మొత్తం, ಒಟ್ಟು, ആകെ, ਕੁੱਲ, کل رقم, ٹوٹل, 总价, 總價,  الإجمالي, الاجمالي, المجموع, المجموع الكلي, السعر الإجمالي, "
            "итого, всего, общая сумма, разом, razem, suma, łącznie, totaal, totaalbedrag, totalt, celkem, celková cena, "
            "összesen, σύνολο, סה״כ, 合計, 合計金額, 총액, 합계, 总金额, 總金額, 总计, 合计, الإجمالي الكلي, المبلغ الإجمالي, общо, обща "
            "стойност, মোট, সর্বমোট, ukupno, i alt, pris i alt, γενικό σύνολο, συνολικό ποσό, kokku, guztira, مبلغ کل, مجموع "
            "کل, yhteensä, סך הכל, סכום כולל, कुल योग, végösszeg, total keseluruhan, 総合計, iš viso, kopsumma, kopā, вкупно, "
            "нийт, całkowita kwota, total geral, sumă totală, celkom, spolu, skupaj, skupna vsota, skupni znesek, totali, "
            "укупно, totalsumma, всього, усього, загальна сума, jami, tổng, 總計"),
        ("?importe, ?monto, ?valor, ?montant, ?betrag, ?summe, ?importo, ?tutar, ?số tiền, ?thành tiền, ?ยอดรวม, ?จำนวนเงิน, "
            "?ยอดเงิน, ?राशि, ?المبلغ, ?сумма, ?kwota, ?bedrag, ?belopp, ?beløb, ?金額, ?금액, ?金额"),
    ),
    "currency": (
        ("moneda, divisa, moeda, devise, währung, valuta, mata uang, para birimi, tiền tệ, สกุลเงิน, मुद्रा, العملة, "
            "валюта, waluta, 通貨, 통화, 币种, عملة, валута, মুদ্রা, měna, νόμισμα, valuuta, ارز, واحد پول, valuutta, מטבע, "
            "pénznem, gjaldmiðill, រូបិយប័ណ្ណ, ສະກຸນເງິນ, valiuta, valūta, munteenheid, monedă, mena, 貨幣, 货币"),
    ),
    "email": (
        ("correo, correo electrónico, correo electronico, correo del cliente, email do cliente, e-mail do cliente, "
            "courriel, adresse e-mail, adresse email, adresse électronique, e-mail-adresse, email-adresse, indirizzo email, "
            "alamat email, e-posta, eposta, e-posta adresi, địa chỉ email, อีเมล, อีเมล์, ईमेल, ईमेल आईडी, البريد الإلكتروني, "
            "البريد الالكتروني, الايميل, электронная почта, эл. почта, адрес электронной почты, електронна пошта, adres "
            "e-mail, adres email, e-mailadres, e-post, メールアドレス, 이메일, 邮箱, 電子郵件, ?contacto, ?contato, عنوان البريد الإلكتروني, "
            "ইমেইল, correu, correu electrònic, adreça electrònica, e-mailová adresa, emailová adresa, διεύθυνση email, "
            "dirección de correo electrónico, dirección de email, ایمیل, آدرس ایمیل, رایانامه, sähköposti, sähköpostiosoite, "
            "אימייל, דוא״ל, דואר אלקטרוני, כתובת אימייל, כתובת דוא״ל, adresa e-pošte, e-pošta, email cím, surel, tölvupóstur, "
            "eメール, メール, ელ ფოსტა, 이메일 주소, el. paštas, el. pašto adresas, e-pasts, е-пошта, e-post adresse, endereço de "
            "e-mail, endereço de email, adresa de email, adresă email, e-poštni naslov, email adresa, e-postadress, адреса "
            "електронної пошти, ای میل, elektron pochta, 电子邮件, 电子邮件地址, 电子邮箱, 電子郵件地址"),
    ),
    "tracking number": (
        ("número de seguimiento, numero de seguimiento, código de seguimiento, número de guía, numero de guia, nro de "
            "guía, guía de envío, número de rastreo, código de rastreio, código de rastreamento, número de rastreamento, "
            "numéro de suivi, n° de suivi, sendungsnummer, trackingnummer, sendungsverfolgungsnummer, codice tracking, numero "
            "di tracciamento, no resi, no. resi, nomor resi, nomor pelacakan, kargo takip no, kargo takip numarası, kargo "
            "kodu, takip no, takip numarası, gönderi no, gonderi no, kargo no, mã vận đơn, số vận đơn, หมายเลขติดตามพัสดุ, "
            "หมายเลขพัสดุ, เลขพัสดุ, ट्रैकिंग नंबर, رقم التتبع, رقم البوليصة, رقم الشحنة, трек-номер, трек номер, номер "
            "отслеживания, номер накладной, ттн, номер ттн, numer przesyłki, nr przesyłki, numer śledzenia, trackingnummer, "
            "zendingsnummer, číslo zásilky, awb, 追跡番号, 伝票番号, 운송장번호, 송장번호, 快递单号, 运单号, 物流单号, 追蹤號碼, номер за проследяване, codi "
            "de seguiment, número de seguiment, sledovací kód, sledovací číslo, sporingskode, sporingsnummer, αριθμός "
            "εντοπισμού, αριθμός παρακολούθησης, número de tracking, کد پیگیری, seurantanumero, code de suivi, מספר מעקב, "
            "codice tracciamento, numero di tracking, 추적 번호, sekimo numeris, kod śledzenia, cod de urmărire, număr de "
            "urmărire, sledovacie číslo, spårningskod, spårningsnummer, izleme kodu, номер відстеження, số theo dõi, 跟踪编号, "
            "追蹤代碼"),
        "?resi, ?guía, ?rastreio, ?suivi",
    ),
    "shipped on": ("versandt am, verschickt am, expédié le, expédiée le, envoyé le, enviado el, enviado em, spedito il, verzonden op",),
    "delivered on": ("geliefert am, zugestellt am, livré le, livrée le, entregado el, entregue em, consegnato il, bezorgd op",),
    "advance": (
        ("?anticipo, ?seña, ?abono, ?sinal, valor pago, ?acompte, ?anzahlung, ?acconto, ?uang muka, ?kapora, ?предоплата, "
            "?аванс, ?มัดจำ, ?đã cọc, ?đặt cọc, ?tiền cọc, ?定金, ?订金, ?訂金, ?عربون, ?العربون, ?एडवांस, ?अग्रिम, ?zaliczka, "
            "?aanbetaling, ?záloha, ?avans"),
    ),
    "balance": (
        ("?resta, ?restante, ?saldo, ?reste à payer, ?restbetrag, ?sisa, ?sisa pembayaran, ?kekurangan, ?kalan, ?остаток, "
            "?คงเหลือ, ?còn lại, ?尾款, ?المتبقي, ?الباقي, ?बाकी, ?बकाया, ?do zapłaty, ?zbývá"),
    ),
    "courier": (
        ("paquetería, paqueteria, empresa de envío, transportista, transporteur, versanddienstleister, versandunternehmen, "
            "corriere, kurir, jasa kirim, jasa pengiriman, ekspedisi, kargo firması, kargo şirketi, đơn vị vận chuyển, hãng "
            "vận chuyển, บริษัทขนส่ง, ขนส่ง, कूरियर, شركة الشحن, شركة التوصيل, транспортная компания, курьер, перевізник, "
            "kurier, przewoźnik, firma kurierska, vervoerder, dopravce, futár, 配送業者, 택배사, 快递公司, 物流公司, الناقل, перевозчик"),
    ),
    "customer": (
        ("nombre del destinatario, destinatario, nome do destinatário, destinatário, nom du destinataire, destinataire, "
            "empfänger, empfängername, nome destinatario, nama penerima, penerima, alıcı, alıcı adı, tên người nhận, người "
            "nhận, ชื่อผู้รับ, ผู้รับ, प्राप्तकर्ता, اسم المستلم, المستلم, получатель, имя получателя, отримувач, odbiorca, "
            "ontvanger, mottagare, příjemce, お届け先氏名, 수령인, 收件人, 收貨人, 收货人"),
        ("cliente, nombre del cliente, nombre cliente, nombre de cliente, nombre completo, nome do cliente, nome cliente, "
            "nome completo, nom du client, nom client, nom complet, kunde, kundenname, nome del cliente, pelanggan, nama "
            "pembeli, pembeli, nama lengkap, nama customer, müşteri, müşteri adı, müşteri adı soyadı, ad soyad, adı soyadı, "
            "khách hàng, tên khách hàng, tên khách, họ tên, họ và tên, ชื่อลูกค้า, ลูกค้า, ชื่อ-นามสกุล, ग्राहक, ग्राहक का "
            "नाम, اسم العميل, العميل, اسم الزبون, الزبون, الاسم الكامل, имя клиента, фио, покупатель, заказчик, клієнт, піб, "
            "покупець, ग्राहकाचे नाव, ગ્રાહકનું નામ, ગ્રાહક, வாடிக்கையாளர் பெயர், కస్టమర్ పేరు, ಗ್ರಾಹಕರ ಹೆಸರು, گاہک کا نام, clienta, klient, nazwa klienta, imię i nazwisko, klant, klantnaam, kund, kundnamn, kundenavn, asiakas, "
            "zákazník, jméno zákazníka, client nume, nume client, vásárló, ügyfél, vevő, πελάτης, όνομα πελάτη, שם לקוח, "
            "לקוח, গ্রাহকের নাম, গ্রাহক, வாடிக்கையாளர், 顧客名, お客様名, 氏名, 고객명, 客户, 客户姓名, 顧客姓名, زبون, عميل, кліент, kupac, "
            "bezeroa, مشتری, نام مشتری, asiakkaan nimi, ügyfél neve, viðskiptavinur, お客様, 고객, klientas, klients, meno "
            "zákazníka, kupec, stranka, ім'я клієнта, 客戶, 顾客"),
        ("comprador, nombre del comprador, nome do comprador, ?acheteur, ?käufer, ?acquirente, ?người mua, ?ชื่อผู้ซื้อ, "
            "?المشتري, ?kupujący"),
    ),
    "address.address1": (
        ("dirección de envío, direccion de envio, dirección de entrega, endereço de entrega, endereço de envio, adresse de "
            "livraison, adresse d'expédition, lieferadresse, versandadresse, indirizzo di spedizione, indirizzo di consegna, "
            "alamat pengiriman, teslimat adresi, địa chỉ giao hàng, địa chỉ nhận hàng, ที่อยู่จัดส่ง, ที่อยู่ในการจัดส่ง, "
            "ที่อยู่รับสินค้า, वितरण पता, डिलीवरी पता, عنوان الشحن, عنوان التوصيل, адрес доставки, адреса доставки, adres "
            "dostawy, bezorgadres, afleveradres, leveransadress, dodací adresa, adresă de livrare, szállítási cím, 配送先住所, "
            "お届け先住所, 배송지, 收货地址, 收件地址, عنوان التسليم, адрас дастаўкі, adresa za dostavu, adreça d'enviament, doručovací "
            "adresa, forsendelsesadresse, leveringsadresse, διεύθυνση αποστολής, kohaletoimetamise aadress, tarneaadress, "
            "آدرس ارسال, toimitusosoite, כתובת למשלוח, כתובת משלוח, शिपिंग पता, शिपिंग पत्ता, adresa dostave, indirizzo "
            "spedizione, 배송 주소, 배송지 주소, 배달 주소, pristatymo adresas, piegādes adrese, хүргэлтийн хаяг, fraktadresse, "
            "leveringsadres, verzendadres, adres wysyłki, morada de entrega, morada de envio, adresa de livrare, adresă "
            "livrare, adresa doručenia, dodacia adresa, naslov za dostavo, kargo adresi, 送貨地址, 送货地址, 運送地址, 配送地址"),
        ("dirección, direccion, ?domicilio, endereço, endereco, adresse, anschrift, indirizzo, alamat lengkap, adres, địa "
            "chỉ, ที่อยู่, पता, العنوان, адреса, adress, adresa, cím, διεύθυνση, כתובת, ঠিকানা, முகவரி, સરનામું, చిరునామా, ವಿಳಾಸ, വിലാസം, پتہ, 住所, 주소, 地址, adreça, "
            "cyfeiriad, aadress, helbidea, آدرس, نشانی, osoite, heimilisfang, მისამართი, ທີ່ຢູ່, adresas, पत्ता, ठेगाना, "
            "morada, adresă, manzil"),
    ),
    "address.city": (
        "",
        ("ciudad, cidade, ville, stadt, città, kota, şehir, thành phố, शहर, المدينة, город, місто, miasto, stad, město, "
            "oraș, város, πόλη, עיר, শহর, شہر, શહેર, நகரம், 市区町村, 도시, 城市, kota/kabupaten, مدينة, град, grad, ciutat, linn, hiria, kaupunki, "
            "քաղաք, 市町村, ເມືອງ, miestas, pilsēta, хот, poststed, plaats, miejscowość, mesto, oraş, qyteti, เมือง"),
    ),
    "address.country": (
        "",
        ("país, pays, paese, negara, ülke, quốc gia, ประเทศ, देश, الدولة, страна, країна, země, țară, χώρα, 国, 국가, "
            "国家, البلد, بلد, دولة, краіна, държава, država, দেশ, gwlad, pais, riik, کشور, maa, ארץ, zemlja, ország, երկիր, "
            "nazione, 国名, ປະເທດ, šalis, valsts, држава, улс, țara, krajina, земља, ?kraj, ?מדינה, ?shteti"),
    ),
    "address.zip": (
        "",
        ("código postal, codigo postal, c.p., cep, code postal, postleitzahl, plz, kode pos, posta kodu, mã bưu điện, "
            "รหัสไปรษณีย์, पिन कोड, पिनकोड, الرمز البريدي, почтовый индекс, индекс, поштовий індекс, kod pocztowy, psč, "
            "irányítószám, cod poștal, 郵便番号, 우편번호, 邮编, 郵遞區號, пощенски код, poštanski broj, codi postal, postnummer, ταχ. "
            "κώδικας, postiindeks, sihtnumber, کد پستی, postinumero, מיקוד, codice postale, ລະຫັດໄປສະນີ, pašto kodas, pasta "
            "indekss, поштенски број, poštna številka, kodi postar, поштански број, postkod, індекс, mã bưu chính, mã zip"),
    ),
    "phoneNumber": (
        ("teléfono, telefono, número de teléfono, telefone, celular, número de celular, teléfono celular, nro de teléfono, "
            "telefone do cliente, teléfono del cliente, téléphone, numéro de téléphone, tél, tél., téléphone client, telefon, "
            "telefonnummer, handynummer, mobilnummer, rufnummer, numero di telefono, cellulare, telepon, nomor telepon, no "
            "telepon, no. telepon, no telp, no. telp, no hp, no. hp, nomor hp, no wa, no. wa, nomor whatsapp, telefon "
            "numarası, telefon no, cep telefonu, số điện thoại, điện thoại, sđt, เบอร์โทร, เบอร์โทรศัพท์, หมายเลขโทรศัพท์, "
            "โทรศัพท์, फोन, फ़ोन, फोन नंबर, फ़ोन नंबर, मोबाइल, मोबाइल नंबर, رقم الهاتف, الهاتف, رقم الجوال, الجوال, رقم "
            "الموبايل, الموبايل, رقم التليفون, تليفون, номер телефона, тел, номер телефону, моб. телефон, numer telefonu, nr "
            "telefonu, telefoonnummer, telefoon, puhelin, puhelinnumero, telefonszám, τηλέφωνο, טלפון, ফোন, মোবাইল, மொபைல், மொபைல் எண், தொலைபேசி எண், मोबाईल, मोबाईल नंबर, "
            "મોબાઇલ, મોબાઇલ નંબર, ફોન નંબર, మొబైల్, మొబైల్ నంబర్, ఫోన్ నంబర్, ಮೊಬೈಲ್, ಮೊಬೈಲ್ ನಂಬರ್, ഫോൺ നമ്പർ, فون نمبر, موبائل نمبر, ফোন "
            "নম্বর, মোবাইল নম্বর, தொலைபேசி, 電話番号, 연락처, 전화번호, 电话, 手机, 手机号, 電話, ?contacto, ?contato, هاتف, телефонен номер, "
            "mòbil, número de telèfon, telèfon, mobil, telefonní číslo, móvil, telefoninumber, telefono zenbakia, telefonoa, "
            "تلفن, شماره تلفن, מספר טלפון, נייד, broj telefona, sími, ទូរស័ព្ទ, 전화, ມືຖື, ໂທລະສັບ, telefonas, telefono "
            "numeris, telefona numurs, telefons, tālrunis, mobiel, número de telefone, număr de telefon, telefón, telefónne "
            "číslo, mobilni, telefonska številka, telefoni, број телефона, телефонний номер, فون, 手機號碼, 电话号码, 電話號碼"),
        "",
        "",
        ("teléfono del destinatario, telefone do destinatário, téléphone du destinataire, nomor penerima, no hp penerima, "
            "số điện thoại người nhận, sđt người nhận, เบอร์ผู้รับ, เบอร์โทรผู้รับ, هاتف المستلم, رقم المستلم, телефон "
            "получателя"),
    ),
}

# fmt: on

_NAMES = "name, nombre, nome, nom, nama, ad, adı, isim, tên, ชื่อ, नाम, الاسم, имя, imię, naam, namn, navn, jméno, nume, név, όνομα, שם, নাম, பெயர், नाव, નામ, పేరు, ಹೆಸರು, പേര്, نام, 名前, 이름, 姓名"
NAMES = tuple(_NAMES.split(", "))
"""How a column is headed that holds names and does not say of whom or what."""


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
