"""What people type for the state of a payment and for how it is paid, in the languages of shops.

As in `statuses`, a word of another language stands here only where people who speak it agree on it. Left out is what may be
two things: `cancelado` is paid in Lima and cancelled in Lisbon.
"""

_ENGLISH = {
    "paid": "paid, fully paid, paid in full, payment received, payment done, payment completed, settled, received, "
    "done, success, successful, captured, prepaid paid",
    "pending": "unpaid, not paid, due, to be paid, not yet paid, payment pending, payment due, awaiting payment, "
    "awaiting verification, awaiting, outstanding, overdue, upi submitted, not received",
    "partially_paid": "partially paid, partial, partial paid, part paid, partly paid, partial payment",
    "refunded": "refunded",
    "partially_refunded": "partially refunded",
    "voided": "voided, void",
    "failed": "payment failed, declined",
}

PAYMENT_OF_STATUS = {
    "PENDING": "pending",
    "COMPLETED": "paid",
    "REFUNDED": "refunded",
    "PARTIALLY_REFUNDED": "partially_refunded",
    "FAILED": "failed",
}
"""What the words of `statuses` mean where they are said of a payment."""

_OF_LANGUAGES: dict[str, tuple[str, ...]] = {
    "paid": (
        "भुगतान हो गया, भुगतान किया गया, पेमेंट हो गया, पेमेंट आ गया, पैसे मिल गए, पेड, payment ho gaya, payment aa gaya, paise mil gaye, payment mil gaya",
        "பணம் செலுத்தப்பட்டது, செலுத்தப்பட்டது, చెల్లించబడింది, చెల్లించారు, পরিশোধিত, পেইড, পরিশোধ করা হয়েছে",
        "lunas, sudah lunas, dibayar, sudah dibayar, sudah bayar, telah dibayar", "ชำระแล้ว, ชำระเงินแล้ว, จ่ายแล้ว, จ่ายเงินแล้ว, โอนแล้ว, โอนเงินแล้ว",
        "đã thanh toán, đã trả tiền", "مدفوع, مدفوعة, تم الدفع, تم السداد, پرداخت شد, پرداخت شده", "ödendi, odendi, ödeme alındı",
        "pago, pagamento confirmado, pagamento aprovado, pagamento recebido", "pagado, pagada, pago confirmado, pago recibido",
        "payé, payée, réglé, réglée, paiement reçu", "bezahlt, gezahlt, zahlung erhalten", "pagato, pagata", "betaald",
        "opłacone, opłacono, zapłacone, zapłacono", "оплачен, оплачено, оплачена, сплачено, платена, платено, платен", "πληρώθηκε, πληρωμένη, εξοφλήθηκε",
        "已付款, 已支付, 入金済み, 入金済, 支払い済み, 支払済み, 결제완료, 결제 완료, 입금완료", "bayad na, nabayaran na",
        "भुगतान किया, ຈ່າຍແລ້ວ, ödenmiş, ya pagado, già pagato, bereits bezahlt, reeds betaald, pagat, plătit, zaplaceno, placeno, zaplatené, uhradené, plačano",
        "plaćeno, плаћено, betalt, betald, maksettu, makstud, fizetve, greitt, apmokėta, apmokėtas, apmaksāts, paguar, сплачений, платени",
        "εξοφλημένο, πληρωμένο, שולם, 支払済, 已付費",
    ),
    "pending": (
        "बकाया, बाकी, देय, भुगतान बाकी, भुगतान लंबित, पेमेंट बाकी, payment baki, payment baaki, baki, baaki, paise baki, paise baaki",
        "பாக்கி, బాకీ, বাকি, অপরিশোধিত", "belum bayar, belum dibayar, belum lunas, menunggu pembayaran",
        "รอชำระเงิน, รอชำระ, รอการชำระเงิน, ยังไม่ชำระ, ยังไม่ชำระเงิน, ยังไม่จ่าย, ยังไม่โอน, รอโอน, ค้างชำระ", "chưa thanh toán, chờ thanh toán, chưa trả tiền",
        "غير مدفوع, غير مدفوعة, لم يتم الدفع, بانتظار الدفع, في انتظار الدفع, پرداخت نشده", "ödenmedi, odenmedi, ödeme bekleniyor, ödeme bekliyor",
        "não pago, nao pago, aguardando pagamento, pagamento pendente, em aberto", "no pagado, sin pagar, por pagar, pago pendiente, pendiente de pago",
        "non payé, non payée, impayé, impayée, à payer, en attente de paiement", "offen, unbezahlt, nicht bezahlt, zahlung ausstehend",
        "non pagato, da pagare, in attesa di pagamento", "niet betaald, onbetaald, openstaand, wachtend op betaling", "nieopłacone, niezapłacone, oczekuje na płatność",
        "не оплачен, не оплачено, неоплачен, неоплачено, ожидает оплаты, неплатена, неплатено, не е платена, не е платено", "未付款, 待付款, 未支付, 未払い, 未入金, 미결제, 미입금",
        "hindi pa bayad, di pa bayad",
        "ยังไม่ได้ชำระ, ödenmemiş, bekleyen ödeme, در انتظار پرداخت, non pagata, in attesa del pagamento, paiement en attente, ausstehende zahlung",
        "in afwachting van betaling, no pagat, pagament pendent, pendent de pagament, neplătit, nezaplaceno, nezaplatené, neplačano, neplaćeno, ubetalt",
        "ikke betalt, obetald, väntar på betalning, afventer betaling, maksamatta, ei maksettu, odottaa maksua, maksmata, nem fizetett, kifizetetlen",
        "neapmokėta, neapmaksāts, ógreitt, ожидание оплаты, неоплачений, очікується оплата, απλήρωτο, ממתין לתשלום, 等待付款, 未付, 支払い待ち",
    ),
    "partially_paid": (
        "dibayar sebagian", "thanh toán một phần", "مدفوع جزئيا, مدفوع جزئيًا, مدفوع جزئياً", "parcialmente pago", "parcialmente pagado, pago parcial", "partiellement payé, partiellement payée",
        "teilweise bezahlt, teilbezahlt", "parzialmente pagato", "частично оплачен, частично оплачено", "部分付款",
        "sebagian dibayar, ชำระเงินบางส่วน, gedeeltelijk betaald, částečně zaplaceno, čiastočne zaplatené, djelomično plaćeno, delvis betalt",
        "osaliselt makstud, dalinai apmokėta, частково оплачено, частично платено, μερικώς εξοφλημένο, תשלום חלקי",
    ),
    "failed": ("فشل الدفع", "thanh toán thất bại", "pagamento recusado", "pago rechazado", "paiement échoué", "支付失败"),
}  # fmt: skip

PAYMENT_STATUSES = {
    name: ", ".join((words, *_OF_LANGUAGES.get(name, ()))) for name, words in _ENGLISH.items()
}
"""Bik's word (lower case, as in its example) and what people type for it."""

BARE = (
    "settled, received, done, success, successful, due, awaiting, awaiting verification, outstanding, overdue, "
    "not received, partial, voided, void, declined, बकाया, बाकी, देय, baki, baaki, பாக்கி, బాకీ, বাকি, em aberto, réglé, réglée, "
    "offen, openstaand, ค้างชำระ, 未付"
)
"""Those of the words that say it of a payment only under its own header: elsewhere another thing is due, or received."""

METHODS = {
    "cod": (
        "cod, cash on delivery, cash on delivery cod, pay on delivery, cod order, कैश ऑन डिलीवरी, सीओडी, கேஷ் ஆன் டெலிவரி, క్యాష్ ఆన్ డెలివరీ, ক্যাশ অন ডেলিভারি, "
        "bayar di tempat, เก็บเงินปลายทาง, เก็บปลายทาง, ชำระเงินปลายทาง, thanh toán khi nhận hàng, ship cod, "
        "الدفع عند الاستلام, دفع عند الاستلام, الدفع عند التسليم, پرداخت در محل, kapıda ödeme, kapida odeme, pagamento na entrega, "
        "contra reembolso, contraentrega, contra entrega, pago contra entrega, pago contraentrega, paiement à la livraison, contre remboursement, "
        "nachnahme, per nachnahme, contrassegno, pagamento alla consegna, onder rembours, za pobraniem, pobranie, dobírka, na dobírku, utánvét, "
        "utánvétel, ramburs, plata la livrare, αντικαταβολή, αντικαταβολη, наложенный платеж, наложенный платёж, оплата при получении, накладений платіж, "
        "накладений платеж, наложен платеж, 货到付款, 貨到付款, 代金引換, 代引き, 代引"
    ),
    "prepaid": "prepaid, pre paid, prepaid order, gokwik prepaid",
    "upi": "upi, gpay, google pay, phonepe, phone pe, paytm, paytm upi, bhim, bhim upi, upi payment",
}  # fmt: skip
"""How people pay, where it says whether they did, and what is typed for it."""
