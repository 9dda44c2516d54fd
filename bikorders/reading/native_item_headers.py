"""Headers of items in other languages than English; `native_headers` says how they are written here."""

# fmt: off
ITEM_HEADERS: dict[str, tuple[str, ...]] = {
    "name": (
        ("nombre del producto, nombre producto, nombre de producto, nome do produto, nome produto, nom du produit, nom "
            "produit, nom de l'article, produktname, artikelname, artikelbezeichnung, produktbezeichnung, nome prodotto, nome "
            "del prodotto, nama produk, nama barang, ürün adı, tên sản phẩm, tên hàng, ชื่อสินค้า, उत्पाद का नाम, اسم المنتج, "
            "اسم الصنف, название товара, наименование товара, назва товару, nazwa produktu, nazwa towaru, productnaam, "
            "artikelnaam, produktnavn, produktnamn, název produktu, denumire produs, terméknév, termék neve, όνομα προϊόντος, "
            "שם המוצר, পণ্যের নাম, 상품명, 商品名称, 商品名稱, 品名, име на продукта, nom del producte, jméno produktu, toote nimi, نام "
            "محصول, tuotteen nimi, שם מוצר, naziv proizvoda, nume produs, meno produktu, názov produktu, ime izdelka, назва "
            "продукту, 产品名称, 產品名稱"),
        ("producto, produto, produit, produkt, prodotto, produk, barang, ürün, urun, sản phẩm, สินค้า, उत्पाद, منتج, "
            "المنتج, товар, наименование, ઉત્પાદન, ఉత్పత్తి, ಉತ್ಪನ್ನ, پروڈکٹ, towar, produs, termék, προϊόν, מוצר, পণ্য, 상품, 商品, 製品, zboží, ?artículo, "
            "?articulo, ?artigo, ?article, ?artikel, ?articolo, ?الصنف, ?பொருள், ?item, тавар, producte, cynnyrch, vare, toode, "
            "produktua, محصول, tuote, proizvod, vara, 제품, prekė, produktas, produkts, उत्पादन, izdelek, производ, 产品, "
            "ຜະລິດຕະພັນ"),
        ("?descripción, ?descripcion, ?descrição, ?description du produit, ?désignation, ?designation, ?beschreibung, "
            "?bezeichnung, ?descrizione, ?keterangan barang, ?açıklama, ?mô tả, ?รายการ, ?विवरण, ?الوصف, ?описание, ?опис, "
            "?opis, ?omschrijving, ?titre, ?título, ?titel, ?titolo"),
    ),
    "productId": (
        ("código del producto, código de producto, código do produto, código produto, référence produit, artikelnummer, "
            "artikel-nr, artikel-nr., codice prodotto, codice articolo, kode produk, kode barang, ürün kodu, mã sản phẩm, mã "
            "hàng, รหัสสินค้า, उत्पाद कोड, كود المنتج, رمز المنتج, رقم المنتج, артикул, код товара, код товару, kod produktu, "
            "productcode, kód produktu, cikkszám, 商品番号, 상품코드, 商品编号, معرف المنتج, id produktu, produkt id, varenummer, کد "
            "محصول, id produit, ugs, מזהה מוצר, מק״ט, id produk, id prodotto, id do produto, cod produs, id produs, stok kodu"),
    ),
    "variantName": (
        ("variante, variación, variacion, nome da variação, variação, variazione, variasi, nama variasi, varian, varyant, "
            "tên phân loại hàng, phân loại hàng, ชื่อตัวเลือก, ตัวเลือกสินค้า, вариант, варіант, wariant, varianta, バリエーション, 옵션, 规格, 規格"),
    ),
    "size": (
        "talla, talle, tamanho, taille, größe, taglia, ukuran, beden, kích cỡ, kích thước, ขนาด, ไซส์, साइज़, साइज, आकार, المقاس, размер, розмір, rozmiar, maat, storlek, velikost, サイズ, 사이즈, 尺码, 尺寸",
    ),
    "color": (
        "couleur, farbe, colore, warna, renk, màu, màu sắc, สี, रंग, اللون, цвет, колір, kolor, kleur, färg, barva, cor, culoare, 色, カラー, 색상, 颜色, 顏色",
    ),
    "quantity": (
        ("cantidad, cant, cant., quantidade, qtd, qtde, quantité, qté, menge, anzahl, stückzahl, quantità, kuantitas, jml, "
            "adet, miktar, số lượng, จำนวน, मात्रा, الكمية, كمية, عدد القطع, кол-во, кількість, ilość, szt, szt., liczba "
            "sztuk, aantal, antal, antall, määrä, množství, počet kusů, cantitate, mennyiség, ποσότητα, כמות, পরিমাণ, જથ્થો, ?எண்ணிக்கை, ?العدد, ?नग, 個数, 수량, "
            "数目, 數量, ?jumlah, к-во, količina, kvantitet, mængde, stk, kogus, تعداد, քանակ, magn, q.tà, qta, qtà, რაოდენობა, "
            "ປະລິມານ, kiekis, daudzums, количина, mengde, hoeveelheid, množstvo, sasia, ?quantitat"),
    ),
    "price": (
        ("precio unitario, precio por unidad, preço unitário, valor unitário, prix unitaire, pu, p.u., einzelpreis, "
            "stückpreis, prezzo unitario, harga satuan, birim fiyat, birim fiyatı, đơn giá, ราคาต่อหน่วย, ราคาต่อชิ้น, इकाई "
            "मूल्य, سعر الوحدة, سعر القطعة, цена за единицу, цена за шт, ціна за одиницю, cena jednostkowa, stuksprijs, "
            "enhetspris, cena za kus, egységár, 单价, 單價, 단가, единична цена, jedinična cijena, preu unitari, jednotková cena, "
            "enhedspris, τιμή μονάδας, قیمت واحد, yksikköhinta, vieneto kaina, stukprijs, preț unitar"),
        ("precio, preço, preco, prix, preis, prezzo, harga, fiyat, giá, giá bán, ราคา, ราคาขาย, कीमत, मूल्य, दाम, السعر, "
            "سعر, ціна, cena, prijs, pris, preț, ár, τιμή, מחיר, দাম, মূল্য, விலை, કિંમત, ధర, ಬೆಲೆ, വില, किंमत, 価格, 가격, 价格, 價格, cijena, preu, hind, "
            "prezioa, قیمت, hinta, verð, ფასი, ລາຄາ, kaina, үнэ, çmimi"),
    ),
    "line total": (
        ("total línea, total linea, total artículo, total do item, subtotal do produto, total ligne, positionssumme, "
            "zeilensumme, satır toplamı, total harga produk, tổng giá bán, إجمالي السطر, сумма позиции, wartość pozycji"),
    ),
}
