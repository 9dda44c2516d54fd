"""Which headers are known to hold nothing that Bik is told? Remarks, dates, and what is for the shop alone."""

from functools import cache

from bikorders.reading.header_spelling import list_header_spellings

REMARKS = (
    "note, notes, remark, remarks, comment, comments, memo, instructions, special instructions, message, gift message, "
    "customer note, order note, order notes, seller note, buyer note, internal note, internal notes, internal, notas, "
    "nota, observaciones, observación, comentarios, observações, observação, obs, remarque, remarques, commentaire, "
    "commentaires, bemerkung, bemerkungen, anmerkung, anmerkungen, notiz, notizen, kommentar, osservazioni, catatan, "
    "keterangan, not, notlar, ghi chú, หมายเหตุ, टिप्पणी, ملاحظات, ملاحظة, примечание, примечания, комментарий, заметки, "
    "примітка, uwagi, notatki, opmerking, opmerkingen, poznámka, megjegyzés, 備考, 비고, 备注, 備註, "
    "comentario, comentários, comentário, bilješke, beleške, komentar, komentari, komentář, komentáře, poznámky, "
    "komentáre, komentár, kommentarer, noter, notat, merknader, hinweis, hinweise, kommentare, σημείωση, σημειώσεις, "
    "σχόλια, σχόλιο, märkus, märkused, märkmed, kommentaarid, huomautus, huomautukset, kommentti, kommentit, הערות, "
    "תגובה, टिप्पणियाँ, नोट, megjegyzések, athugasemd, athugasemdir, commento, commenti, コメント, メモ, 노트, komentaras, "
    "pastabos, piezīme, piezīmes, notitie, notities, komentarz, komentarze, notatka, uwaga, comentarii, comentariu, "
    "notițe, заметка, комментарии, komentarji, opomba, opombe, koment, anteckningar, notering, ความคิดเห็น, yorum, "
    "коментарі, примітки, бележка, бележки, коментар, коментари, ملحوظة, تعليقات, التعليق, یادداشت, comentaris, "
    "comentari, internal remarks, order remarks, delivery remarks, courier remarks, status remarks, update, updates"
)
"""Headers of what somebody noted about an order."""

NOTHING = (
    f"{REMARKS}, "
    # By whom, through what
    "time, month, day, year, due date, тип, type, source, channel, sales channel, platform, store, shop, "
    "warehouse, branch, staff, agent, salesperson, handled by, packed by, checked by, assigned to, canal, "
    "canal de venta, vendedor, vendeur, verkäufer, "
    # Of the product, for the shop
    "category, brand, weight, hsn, hsn code, barcode, stock, cost, cost price, profit, commission, margin, supplier, vendor, "
    "categoría, marca, peso, catégorie, marque, poids, kategorie, marke, gewicht, kategori, merek, berat, "
    "province, region, district, county, provincia, région, bundesland, provinsi, uf, il, ilçe, จังหวัด, "
    "s.no, s no, sr no, sr. no, sl no, serial no"
)
"""Headers of columns that are known to hold nothing that Bik is told."""


ORDER_DATES = (
    "date, order date, created, created at, timestamp, fecha, data, datum, tanggal, tarih, ngày, วันที่, तारीख, "
    "दिनांक, التاريخ, дата, data zamówienia, date de commande, bestelldatum, fecha de pedido, data do pedido, "
    "sipariş tarihi, ngày đặt hàng, تاريخ, تاريخ الطلب, дата на поръчка, তারিখ, datum narudžbe, data comanda, "
    "data de comanda, datum objednávky, dato, ordredato, ημερομηνία, ημερομηνία παραγγελίας, fecha de la orden, "
    "fecha del pedido, fecha pedido, kuupäev, tellimuse kuupäev, تاریخ, تاریخ سفارش, päivä, päivämäärä, "
    "päiväys, tilauspäivä, tilauspäivämäärä, תאריך, תאריך הזמנה, तिथि, मिति, dátum, rendelés dátuma, "
    "tanggal pemesanan, tanggal pesanan, dagsetning, data ordine, 日付, 注文日, თარიღი, 날짜, 주문일, ວັນທີ, "
    "užsakymo data, datums, датум, огноо, besteldatum, data da encomenda, data comenzii, dată, дата заказа, "
    "dátum objednávky, datum naročila, datum porudžbine, orderdatum, วันที่สั่งซื้อ, дата замовлення, 日期, "
    "訂單日期, 訂購日期, 订单日期"
)
"""Headers of the day on which an order was made."""


@cache
def list_order_dates() -> frozenset[str]:
    """Return the headers of the orders' days, folded."""
    return frozenset().union(*map(list_header_spellings, ORDER_DATES.split(", ")))


@cache
def list_remarks() -> frozenset[str]:
    """Return the headers of remarks, folded."""
    return frozenset().union(*map(list_header_spellings, REMARKS.split(", ")))


@cache
def list_others() -> frozenset[str]:
    """Return those headers, folded."""
    return list_order_dates().union(*map(list_header_spellings, NOTHING.split(", ")))
