"""What people type for the status of an order, in the languages of shops.

A word of another language stands here only where translations of several shop systems by people who speak it
(WooCommerce, PrestaShop, OpenCart, Odoo, Shopee and the like) and what sellers write agree on it. Left out is what may be
two things: `đã giao`, `terkirim`, `levererad` (sent or delivered), `diterima`, `تم الاستلام`, `iade edildi`, `dikembalikan`, `zwrócone`
(sent back or paid back), `listo`, `valmis`, `siap` (ready or done), `in behandeling`.
"""

_ENGLISH = {
    # Hand-kept sheets, WooCommerce (pending, processing, on-hold, completed, cancelled, refunded, failed)
    "PLACED": "placed, order placed, new, new order, order booked, booked, order received",
    "PENDING": "pending, pending availability",
    "CONFIRMED": "confirmed, order confirmed, accepted",
    "PROCESSING": "processing, in process, in progress, preparing, in production, under process",
    "ON_HOLD": "on hold, hold, onhold",
    "PACKED": "packed, order packed",
    "READY_TO_SHIP": "ready to ship, ready to dispatch, ready for dispatch, ready for shipping",
    "READY": "ready, order ready",
    "READY_FOR_PICKUP": "ready for pickup, ready for pick up, ready to pick up, ready for collection",
    "UNSHIPPED": "to ship, unshipped, not shipped, not dispatched, not yet shipped, not yet dispatched, to be shipped, yet to ship",
    "PARTIALLY_SHIPPED": "partially shipped, partly shipped, partially dispatched",
    "SHIPPED": "shipped, dispatched, despatched, order shipped, order dispatched, sent",
    "DELIVERED": "delivered, order delivered, shipped delivered to buyer, successfully delivered",
    "COMPLETED": "completed, complete, order completed",
    "CANCELLED": (
        "cancelled, canceled, order cancelled, order canceled, cancelled by customer, canceled by customer, "
        "cancelled by buyer, cancelled by seller, cancelled by merchant"
    ),
    "CANCELLATION_REQUESTED": "cancel requested, cancellation requested, cancel request",
    "RETURNED": "returned, return delivered, return received, return completed, order returned, shipped returned to seller",
    "RETURN_REQUESTED": "return requested, return request, return pending, return initiated",
    "RETURN_CANCELLED": "return cancelled, return canceled",
    "REFUNDED": "refunded, refund done, refund completed",
    "PARTIALLY_REFUNDED": "partially refunded, partial refund",
    "FAILED": "failed",
    # Couriers: Shiprocket, Delhivery, Meesho, Amazon
    "PICKUP_SCHEDULED": "pickup scheduled, manifested, pickup generated, pickup queued",
    "OUT_FOR_PICKUP": "out for pickup",
    "PICKUP_EXCEPTION": "pickup exception, not picked, pickup failed, pickup error",
    "PICKED_UP": "picked up, pickedup",
    "IN_TRANSIT": (
        "in transit, intransit, in transit at destination hub, reached destination hub, reached at destination hub, "
        "on the way, in transit en route"
    ),
    "OUT_FOR_DELIVERY": "out for delivery, ofd",
    "UNDELIVERED": (
        "undelivered, not delivered, ndr, delivery failed, failed delivery, delivery attempt failed, "
        "undelivered 1st attempt, undelivered 2nd attempt, undelivered 3rd attempt"
    ),
    "RTO": "rto, returned to origin, return to origin",
    "RTO_INITIATED": "rto initiated",
    "RTO_IN_TRANSIT": "rto in transit, rto intransit, rto ndr, rto ofd, rto out for delivery, reached back at seller city",
    "RTO_DELIVERED": "rto delivered, rto acknowledged, rto complete, rto completed, rto received",
    "RETURNED_BY_CUSTOMER": "dto",
    "LOST": "lost",
    "DESTROYED": "destroyed, disposed off",
    "UNTRACEABLE": "untraceable",
}

_OF_LANGUAGES: dict[str, tuple[str, ...]] = {
    # Hindi, Hinglish, Marathi, Gujarati, Tamil, Telugu, Kannada, Malayalam, Bengali; Indonesian; Thai; Vietnamese;
    # Arabic, Persian; Turkish; Portuguese; Spanish; French; German; Italian; Dutch; Polish; Russian, Ukrainian, Bulgarian;
    # Greek; Chinese, Japanese, Korean; Filipino; below them the other languages of Europe, and of Asia
    "PLACED": (
        "नया ऑर्डर, নতুন অর্ডার", "pesanan baru", "คำสั่งซื้อใหม่, ออเดอร์ใหม่", "đã đặt hàng, đơn mới", "جديد, طلب جديد",
        "sipariş alındı, yeni sipariş", "novo pedido", "nuevo pedido, pedido nuevo", "nouvelle commande", "neue bestellung",
        "nuovo ordine", "новый, новый заказ, нова поръчка, нове замовлення", "新規注文, 新订单",
        "đơn hàng mới, nueva orden, nova encomenda, nieuwe bestelling, nowe zamówienie, nova comanda, comandă nouă, nová objednávka",
        "ny ordre, ny order, ny beställning, uusi tilaus, uus tellimus, új rendelés, novo naročilo, nova narudžba, nova narudžbina, naujas užsakymas",
        "jauns pasūtījums, νέα παραγγελία, سفارش جدید, 새 주문, 新訂單",
    ),
    "PENDING": (
        "लंबित, पेंडिंग, प्रलंबित, நிலுவையில், பெண்டிங், పెండింగ్, পেন্ডিং", "menunggu", "รอดำเนินการ", "chờ xử lý", "قيد الانتظار",
        "beklemede", "pendente", "pendiente", "en attente", "ausstehend", "in attesa",
        "in afwachting, oczekujące, w oczekiwaniu, în așteptare, čakajúce, čaká sa, čekající, afventer, avventer, väntande, odottaa, ootel",
        "függőben, v čakanju, gaida, në pritje, bekliyor, в ожидании, ожидает, в очікуванні, в очакване, σε εκκρεμότητα, εκκρεμής, ממתין, در انتظار",
        "đang chờ, កំពុងរង់ចាំ, 대기 중, 待处理, 待處理",
    ),
    "CONFIRMED": (
        "कन्फर्म, कन्फर्म हो गया, নিশ্চিত করা হয়েছে, কনফার্ম", "dikonfirmasi", "ยืนยันแล้ว, ยืนยันออเดอร์แล้ว", "đã xác nhận",
        "مؤكد, تم التأكيد, تم تأكيد الطلب, تایید شد, تایید شده", "onaylandı, onaylandi, sipariş onaylandı",
        "confirmado, confirmada, pedido confirmado", "confirmé, confirmée", "bestätigt", "confermato", "bevestigd", "potwierdzone",
        "подтвержден, подтверждён, подтверждено, підтверджено, потвърдена, потвърдено", "已确认, 已確認",
        "पुष्टि की गई, potvrzeno, bekræftet, bekreftet, bekräftad, vahvistettu, potrjeno, konfirmuar, confirmat, επιβεβαιωμένο",
    ),
    "PROCESSING": (
        "diproses, sedang diproses", "กำลังดำเนินการ, กำลังเตรียมสินค้า, กำลังเตรียมของ, กำลังจัดเตรียม, กำลังผลิต",
        "đang xử lý, đang chuẩn bị, đang chuẩn bị hàng",
        "قيد المعالجة, قيد التنفيذ, قيد التجهيز, جاري التجهيز, قيد التحضير, جاري التحضير, در حال پردازش",
        "hazırlanıyor, hazirlaniyor, işleniyor", "em processamento, processando, em preparação, em preparacao, em separação, em separacao",
        "en proceso, procesando, en preparación, en preparacion, preparando", "en cours de traitement, en cours de préparation, en préparation",
        "in bearbeitung", "in lavorazione, in elaborazione, in preparazione", "w trakcie realizacji",
        "в обработке, обрабатывается, в обробці, обработва се, в процес на обработка", "处理中, 處理中, 배송준비중, 상품준비중",
        "प्रोसेसिंग, wird verarbeitet, en cours, en traitement, a processar, in verwerking, przetwarzane, zpracovává se, în curs de procesare",
        "se procesează, behandlas, käsittelyssä, käsitellään, işlemde, обработка, обробка, בטיפול, 処理中, 처리 중, 正在处理",
    ),
    "PACKED": (
        "पैक, पैक हो गया, पैक कर दिया, पैक किया गया, pack ho gaya, pack kar diya, packed hai", "sudah dikemas, telah dikemas",
        "แพ็คแล้ว, แพ็กแล้ว, แพคแล้ว, แพ็คของแล้ว, แพ็กของแล้ว", "đã đóng gói, đã đóng hàng", "تم التغليف", "paketlendi",
        "embalado, embalada", "empacado, empacada, empaquetado", "emballé, emballée", "verpackt, gepackt", "imballato",
        "ingepakt", "spakowane, spakowano", "упакован, упаковано, упакована, опакована, опаковано", "梱包済み, 已打包",
    ),
    "READY": ("तैयार", "جاهز, جاهزة", "hazır, hazir", "prêt, prête", "готов, готова", "พร้อม"),
    "READY_TO_SHIP": (
        "siap dikirim, siap kirim", "พร้อมจัดส่ง", "sẵn sàng giao, sẵn sàng gửi", "جاهز للشحن", "kargoya hazır, kargoya hazir",
        "pronto para envio, pronto para enviar", "listo para enviar, listo para envío, listo para envio, listo para despachar",
        "prêt à expédier, prêt pour expédition", "versandbereit, versandfertig", "pronto per la spedizione",
    ),
    "READY_FOR_PICKUP": (
        "siap diambil", "جاهز للاستلام", "pronto para retirada", "listo para retirar, listo para recoger", "prêt à retirer",
        "abholbereit", "pronto per il ritiro",
    ),
    "UNSHIPPED": (
        "belum dikirim, perlu dikirim", "รอจัดส่ง, รอส่ง, รอการจัดส่ง, ยังไม่ส่ง, ยังไม่จัดส่ง", "chưa gửi, chưa gửi hàng", "لم يتم الشحن",
        "kargolanmadı", "não enviado, nao enviado, aguardando envio", "no enviado, sin enviar, por enviar, pendiente de envío, pendiente de envio",
        "non expédié, non expédiée, à expédier", "nicht versendet, nicht versandt", "non spedito, da spedire", "niewysłane",
        "не отправлен, не отправлено, неизпратена", "待发货, 待發貨, 未发货, 未發貨, 未発送",
    ),
    "SHIPPED": (
        "भेज दिया, भेज दिया गया, भेजा गया, भेज दिया है, शिप हो गया, शिप किया गया, शिप कर दिया",
        "bhej diya, bhej diya hai, ship ho gaya, ship kar diya, dispatch ho gaya, dispatch kar diya", "அனுப்பப்பட்டது, పంపబడింది, পাঠানো হয়েছে, ಕಳುಹಿಸಲಾಗಿದೆ, അയച്ചു",
        "dikirim, sudah dikirim, telah dikirim", "ส่งแล้ว, จัดส่งแล้ว, ส่งของแล้ว, ส่งสินค้าแล้ว", "đã gửi, đã gửi hàng", "تم الشحن, مشحون, ارسال شد, ارسال شده",
        "kargoya verildi, kargolandı, kargolandi, gönderildi, kargoda", "enviado, enviada, despachado, despachada, pedido enviado, postado",
        "expédié, expédiée, commande expédiée", "versendet, versandt, verschickt", "spedito, spedita, ordine spedito",
        "verzonden, verstuurd", "wysłane, wysłano, wysłana", "отправлен, отправлено, отправлена, отгружен, відправлено, изпратена, изпратено, изпратен",
        "απεστάλη, απεσταλη", "已发货, 已發貨, 発送済み, 発送済, 出荷済み, 出荷済",
        "bestellung versandt, odesláno, expediată, afsendt, skickad, sendt, saadetud, nosūtīts, poslano, enviat, 已出貨",
    ),
    "IN_TRANSIT": (
        "रास्ते में", "dalam perjalanan, dalam pengiriman", "กำลังจัดส่ง, อยู่ระหว่างจัดส่ง, อยู่ระหว่างขนส่ง, อยู่ระหว่างการขนส่ง",
        "đang giao hàng, đang vận chuyển", "في الطريق", "yolda", "em trânsito, em transito, a caminho, em transporte",
        "en tránsito, en transito, en camino", "en transit, en cours d acheminement", "unterwegs", "in transito", "onderweg", "w drodze",
        "в пути, в дороге, у дорозі, пътува", "配送中, 运输中, 運送中, 배송중, 배송 중",
        "sedang dikirim, en cours de livraison",
    ),
    "OUT_FOR_DELIVERY": (
        "डिलीवरी के लिए निकल गया, डिलीवरी के लिए निकला", "خرج للتوصيل, خارج للتوصيل", "dağıtımda, dağıtıma çıktı", "saiu para entrega, em rota de entrega",
        "en reparto", "in zustellung", "in consegna", "w doręczeniu",
    ),
    "DELIVERED": (
        "डिलीवर, डिलीवर हो गया, डिलीवर्ड, डिलीवर किया गया, डिलीवरी हो गई, deliver ho gaya, deliver kar diya, delivery ho gayi, delivery ho gai",
        "டெலிவரி செய்யப்பட்டது, డెలివరీ అయింది, డెలివరీ చేయబడింది, ডেলিভারি হয়েছে, ডেলিভারি সম্পন্ন, ডেলিভার্ড", "sudah sampai, telah sampai",
        "จัดส่งสำเร็จ, ส่งถึงแล้ว, ลูกค้าได้รับแล้ว, ได้รับสินค้าแล้ว", "giao hàng thành công, giao thành công, đã giao thành công",
        "تم التوصيل, تم التسليم, تحویل داده شد, تحویل شد", "teslim edildi", "entregue, pedido entregue", "entregado, entregada, pedido entregado",
        "livré, livrée, commande livrée", "zugestellt, geliefert", "consegnato, consegnata", "bezorgd, geleverd, afgeleverd",
        "dostarczone, dostarczono, doręczone, doręczono", "доставлен, доставлено, доставлена, доставена, доставено, доставен", "παραδόθηκε, παραδοθηκε",
        "已签收, 已簽收, 已送达, 已送達, 配達済み, 配達完了, 배송완료, 배송 완료", "naihatid, naihatid na",
        "lliurat, doručeno, livrată, leveret, levert, piegādāts, נמסר, 已交付",
    ),
    "COMPLETED": (
        "முடிந்தது, সম্পন্ন", "selesai, pesanan selesai", "เสร็จสิ้น, เสร็จสมบูรณ์, เรียบร้อย, เรียบร้อยแล้ว", "hoàn thành, đã hoàn thành, hoàn tất", "مكتمل, مكتملة, تکمیل شد",
        "tamamlandı, tamamlandi", "concluído, concluido, concluída, concluida", "completado, completada", "terminé, terminée", "abgeschlossen",
        "completato, completata", "afgerond, voltooid", "zrealizowane, zakończone", "выполнен, выполнено, завершен, завершён, виконано, завършена, изпълнена",
        "已完成, 完了",
        "sipariş tamamlandı, pedido completado, commande terminée, complété, ordine completato, bestelling voltooid, zakończony, dokončeno, dokončené",
        "finalizată, afsluttet, fuldført, fullført, slutförd, genomförd, lõpetatud, befejezve, teljesítve, pabeigts, zaključeno, završeno, completat",
        "завершено, завершений, заказ завершен, завършено, завършен, ολοκληρώθηκε, ολοκληρωμένη, ολοκληρωμένο, הושלם, تکمیل شده",
        "បានបញ្ចប់, 완료, 완료됨, 完成, 完了済み, 订单已完成",
    ),
    "CANCELLED": (
        "रद्द, रद्द किया गया, रद्द कर दिया, रद्द हो गया, रद्द केले, कैंसिल, कैंसल, कैंसिल हो गया, cancel ho gaya, cancel kar diya, cancel kiya",
        "રદ, રદ કર્યું, ரத்து, ரத்து செய்யப்பட்டது, రద్దు, రద్దు చేయబడింది, రద్దు అయింది, ರದ್ದು, ರದ್ದುಗೊಳಿಸಲಾಗಿದೆ, റദ്ദാക്കി, বাতিল, বাতিল করা হয়েছে, منسوخ",
        "dibatalkan, batal, pesanan dibatalkan", "ยกเลิก, ยกเลิกแล้ว, ถูกยกเลิก, ยกเลิกออเดอร์", "đã hủy, đã huỷ, hủy, huỷ, hủy đơn, huỷ đơn, đã hủy đơn, đã huỷ đơn",
        "ملغي, ملغاة, ملغية, تم الإلغاء, تم إلغاء الطلب, لغو شد, لغو شده", "iptal, iptal edildi", "cancelado, cancelada, pedido cancelado",
        "anulado, anulada", "annulé, annulée, commande annulée", "storniert", "annullato, annullata", "geannuleerd", "anulowane, anulowano, anulowana",
        "отменен, отменён, отменено, отменена, скасовано, скасований, анулирана, анулирано", "ακυρώθηκε, ακυρωθηκε",
        "已取消, キャンセル, キャンセル済み, 취소, 취소됨, 주문취소", "kinansela",
        "bestellung storniert, ordine annullato, anulowany, zrušeno, zrušené, zrušená, anulată, anulat, annulleret, aflyst, kansellert, avbruten",
        "peruutettu, peruttu, tühistatud, atšauktas, atšaukta, atcelts, preklicano, otkazano, заказ отменен, скасоване, замовлення скасовано",
        "откажано, ακυρωμένη, ακυρωμένο, בוטל, בוטלה, سفارش لغو شد, цуцлагдсан, 取消, 订单已取消",
    ),
    "RETURNED": (
        "वापस आ गया, wapas aa gaya, ফেরত এসেছে", "ส่งคืนแล้ว, คืนสินค้าแล้ว", "đã hoàn hàng", "تم الإرجاع, مرتجع",
        "devolvido, devolvida", "devuelto, devuelta", "retourné, retournée", "retourniert, zurückgesendet", "restituito", "geretourneerd", "возвращен, возвращён, върната, върнато",
        "返品済み, 已退货, 已退貨",
        "zurückgegeben, retornado, returnert, returnerad, returneret, returnat, 已退回",
    ),
    "RTO": ("พัสดุตีกลับ",),
    "REFUNDED": (
        "रिफंड हो गया, refund ho gaya", "dana dikembalikan", "คืนเงินแล้ว", "đã hoàn tiền", "تم استرداد المبلغ, تم رد المبلغ", "reembolsado, reembolsada",
        "remboursé, remboursée", "erstattet, rückerstattet", "rimborsato", "terugbetaald", "деньги возвращены", "已退款, 返金済み",
        "rimborsata, reintegrado, reemborsat, reemborsada, teruggestort, rambursată, rambursat, refunderet, refundert, återbetalad, återbetald, hyvitetty",
        "visszatérítve, povrnjeno, atmaksāts, върнати пари, рефундирано, 환불됨",
    ),
    "FAILED": (
        "gagal", "fallido, fallida", "échoué, échouée", "fehlgeschlagen", "fallito", "thất bại",
        "विफल रहा, ล้มเหลว, فشل, başarısız, falhou, échec, mislukt, nieudane, selhalo, zlyhalo, eșuată, mislykkedes, feilet, misslyckades, epäonnistui",
        "sikertelen, neuspešno, neuspješno, nepavyko, neizdevās, не вдалося, απέτυχε, נכשל, 실패, 失败, 失敗",
    ),
    "PARTIALLY_REFUNDED": (
        "คืนเงินบางส่วน, parcialmente reembolsado, partiellement remboursé, partiellement remboursée, teilweise erstattet, parzialmente rimborsato",
        "gedeeltelijk terugbetaald, rambursată parțial, parțial rambursat, delvist refunderet, delvis refundert, osittain hyvitetty, delno povrnjeno, 部分退款",
    ),
    "ON_HOLD": (
        "tertahan, en espera, em espera, in de wacht, на изчакване",
    ),
}  # fmt: skip

STATUSES = {name: ", ".join((words, *_OF_LANGUAGES.get(name, ()))) for name, words in _ENGLISH.items()}
"""Bik's word (upper case, as in its example) and what people type for it."""

UNSHIPPED = frozenset(
    "PLACED PENDING CONFIRMED PROCESSING ON_HOLD PACKED READY READY_TO_SHIP READY_FOR_PICKUP UNSHIPPED PICKUP_SCHEDULED "
    "OUT_FOR_PICKUP PICKUP_EXCEPTION".split()
)
SHIPPED = frozenset("SHIPPED PICKED_UP IN_TRANSIT OUT_FOR_DELIVERY DELIVERED".split())

GONE_BACK = frozenset(
    "CANCELLED CANCELLATION_REQUESTED RETURNED RETURN_REQUESTED REFUNDED PARTIALLY_REFUNDED "
    "FAILED RTO RTO_INITIATED RTO_IN_TRANSIT RTO_DELIVERED RETURNED_BY_CUSTOMER LOST DESTROYED "
    "UNTRACEABLE".split()
)
"""Statuses after which a payment may have been given back."""

BAD = GONE_BACK | {"UNDELIVERED"}

ENDED = GONE_BACK | {"DELIVERED", "COMPLETED", "RETURN_CANCELLED"}
"""Statuses after which the payment method no longer says whether it was paid."""
