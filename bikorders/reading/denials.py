"""Does a remark take back what stands before it? `Shipped (not yet)`, `भेज दिया (नहीं)`, `Livré (en partie)`.

To say no, shops of all languages have few words, and they are listed here; so are those for a part, for later, for
waiting and for giving back. A word that is listed and meant otherwise costs a value, and tells nothing wrong. A remark in a
script that has no words here can't be judged.
"""

import re
import unicodedata

from bikorders.text import fold_text, fold_words, remember

_WORDS = frozenset(
    word
    for words in (
        # English
        "not no never nope none wrong old invalid incorrect former ex false fake test part partial partially partly half balance",
        "advance pending awaiting waiting wait due except but rest remaining some only soon later tomorrow will expected planned",
        "scheduled estimated eta attempted attempt failed bounced label until till refused returned return back lost missing",
        "cancel cancelled canceled refund refunded exchange damaged unpaid if",
        # Hindi in Latin letters, Indonesian, Malay, Filipino, Vietnamese, Swahili
        "nahi nahin nahii baaki baki wapas galat abhi kal aadha tidak tdk bukan belum blm tak jangan sebagian sisa besok nanti salah",
        "gagal batal retur kembali tunggu menunggu hindi wala bukas kulang không khong chưa chua mai sai hủy huỷ trả còn",
        "chờ hapana bado sivyo",
        # Spanish, Portuguese, Catalan, French, Italian, Romanian
        "nunca sin parcial parcialmente parte mitad mañana manana pendiente espera falta faltan errado errada incorrecto devuelto devuelta",
        "devolución devolucion cancelado anulado não nao sem metade amanhã amanha pendente aguardando incorreto devolvido devolução",
        "estorno demà meitat non ne pas jamais sans partie partiel partiellement moitié demain attente reste manque faux erreur retour",
        "annulé remboursé ancien ancienne senza parziale metà domani attesa manca sbagliato reso annullato nu fără parțial jumătate mâine",
        # German, Dutch, Danish, Norwegian, Swedish, Finnish, Estonian
        "nicht nein nie kein keine teil teilweise teils halb rest morgen noch offen fehlt falsch retour storniert ohne alt erst niet nee",
        "geen deel gedeeltelijk deels wacht fout oud ikke ikkje nej nei ingen delvis halv halvt resten afventer venter fejl feil inte ej",
        "väntar fel imorgon ei eivät osa osittain puoli huomenna odottaa väärä osaliselt homme ootab",
        # Polish, Czech, Slovak, Hungarian, Croatian, Slovene, Turkish, Albanian, Lithuanian, Latvian
        "nie brak bez część częściowo połowa jutro czeka błąd zwrot anulowane reszta ani není část částečně půl zítra čeká chyba časť",
        "čiastočne nije nema dio deo djelomično sutra čeka greška ni nem nincs nélkül rész részben fél holnap vár hibás değil degil yok",
        "hayır hayir kısmen kismen yarım yarın yarin bekliyor beklemede yanlış yanlis iade iptal eksik henüz nuk nėra dalis rytoj",
        "nav daļa rīt",
        # Russian, Ukrainian, Bulgarian, Serbian; Greek; Hebrew
        "не нет нету никогда без часть частично половина завтра ждет ждёт ожидает ошибка неверно возврат отмена отменен старый еще ещё",
        "ні немає частина частково чекає помилка повернення скасовано няма част утре чака грешка връщане није нема део сутра δεν δε όχι",
        "οχι μη χωρίς χωρις μέρος μισό αύριο αναμονή λάθος επιστροφή לא אין בלי חלק חלקי חצי מחר ממתין טעות החזר",
        # Arabic, Persian, Urdu
        "لا لم لن ليس غير بدون بلا مش مو ما ماكو جزء جزئي جزئيا نصف غدا بكرة بانتظار انتظار خطأ غلط مرتجع راجع ملغي بعد نه نیست نشد نشده",
        "هنوز بخشی فردا منتظر اشتباه برگشت نہیں نہ ابھی باقی کل غلط واپس",
        # Hindi, Marathi, Nepali, Gujarati, Bengali, Punjabi
        "नहीं नही न ना मत बिना आधा कुछ बाकी कल अभी गलत वापस रद्द लंबित नाही नको उद्या छैन भोलि નથી નહીં નહિ ના બાકી કાલે પરત અડધું",
        "না নয় নেই নাই বাকি কাল অর্ধেক ভুল ফেরত বাতিল এখনও ਨਹੀਂ ਨਾ ਬਾਕੀ ਕੱਲ੍ਹ",
        # Tamil, Telugu, Kannada, Malayalam
        "இல்லை பாதி நாளை பாக்கி தவறு லேது లేదు కాదు సగం రేపు బాకీ తప్పు ಇಲ್ಲ ಅಲ್ಲ ಅರ್ಧ ನಾಳೆ ಬಾಕಿ ತಪ್ಪು ഇല്ല അല്ല പകുതി നാളെ ബാക്കി തെറ്റ്",
    )
    for word in map(fold_words, words.split())
)

_PARTS = tuple(
    map(
        fold_text,
        # Scripts without blanks between words, and endings of words
        "ไม่ ยัง รอ บางส่วน ครึ่ง พรุ่งนี้ ผิด คืน ยกเลิก ค้าง ບໍ່ ຍັງ ລໍ មិន នៅ រង់ចាំ 不 未 没 沒 无 無 非 否 别 待 等 部分 一半 半 明天 错 錯 退 "
        "取消 尚 还 還 ない ません ぬ ず まだ 一部 明日 誤 返 保留 안 못 않 아니 없 미 아직 일부 절반 내일 반품 취소 대기 예정 "
        "இல்ல லை లేదు లేద ಇಲ್ಲ ಿಲ್ಲ ില്ല".split(),
    )
)
_SIGNS = re.compile(r"[?؟]|n['’]t\b|\bto be\b")

_SCRIPTS = frozenset(
    "LATIN CYRILLIC GREEK HEBREW ARABIC DEVANAGARI GUJARATI BENGALI GURMUKHI TAMIL TELUGU KANNADA MALAYALAM THAI LAO KHMER "
    "CJK HIRAGANA KATAKANA KATAKANA-HIRAGANA HANGUL".split()
)


@remember
def denies(remark: str) -> bool:
    """Return whether a remark may take back the word beside it, or may do so in a script that is not known here.

    >>> denies("not yet"), denies("नहीं"), denies("ยังไม่ส่ง"), denies("via Ravi"), denies("顺丰")
    (True, True, True, False, False)
    """
    folded = fold_text(remark)
    words = fold_words(remark).split()
    if _SIGNS.search(folded) or not _WORDS.isdisjoint(words) or any(part in folded for part in _PARTS):
        return True
    return not _list_scripts(folded) <= _SCRIPTS


def _list_scripts(text: str) -> set[str]:
    return {unicodedata.name(char, "?").split()[0] for char in text if char.isalpha() and not char.isascii()}
