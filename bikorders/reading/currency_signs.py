"""What do people type for a currency beyond what CLDR has of it? Signs, short forms and words.

Where one stands with a capital letter it counts only as it stands here, else in any case; dots and blanks in it
never count. In a shop whose own currency it may mean, it means that one, in any case.
"""

WORLD = {
    "INR": "₹ ரூ రూ ರೂ രൂ રૂ ਰੁ", "USD": "us$ usd$ u$s u$d us$d", "AUD": "au$ a$", "CAD": "ca$ c$", "SGD": "s$ sg$",
    "NZD": "nz$", "HKD": "hk$", "MXN": "mx$ mex$", "TWD": "nt$ NTD", "BRL": "r$", "DOP": "rd$", "JMD": "ja$ J$", "TTD": "tt$",
    "BZD": "bz$", "BBD": "bds$", "XCD": "ec$", "FJD": "fj$", "NAD": "N$", "MOP": "mop$", "UYU": "$u u$u", "ZWG": "zig",
    "PHP": "₱ php", "VND": "₫ đ vnđ vnd", "THB": "฿", "IDR": "rp", "MYR": "rm", "KRW": "₩", "CNY": "cn¥ rmb", "JPY": "jp¥",
    "BDT": "৳ tk", "LKR": "රු slrs", "PKR": "pkrs", "NPR": "नेरू npr", "MVR": "ރ mrf", "BTN": "ngultrum",
    "MMK": "ကျပ်", "KHR": "៛", "LAK": "₭", "MNT": "₮", "KZT": "₸ тг", "UAH": "₴ грн", "RUB": "₽", "GEL": "₾", "AMD": "֏",
    "AZN": "₼", "TRY": "₺ TL", "ILS": "₪ nis ש״ח ש''ח שח", "AFN": "؋", "PLN": "zł zl", "CZK": "kč", "BGN": "лв",
    "CHF": "sfr", "EUR": "€", "NGN": "₦", "GHS": "gh₵ ₵ gh¢ GHC", "KES": "ksh kshs",
    "TZS": "tsh tshs", "UGX": "ush ushs", "ETB": "ብር", "PEN": "s/", "CRC": "₡", "PYG": "₲", "PAB": "b/", "HNL": "lps",
    "SAR": "SR ر.س", "QAR": "QR ر.ق", "AED": "د.إ د.ا", "EGP": "e£ ج.م", "SEK": "skr", "NOK": "nkr", "DKK": "dkr", "KWD": "KD د.ك", "BHD": "د.ب", "OMR": "ر.ع",
    "JOD": "د.أ", "DZD": "DA د.ج", "MAD": "د.م", "TND": "د.ت", "LYD": "د.ل", "IQD": "د.ع", "LBP": "ل.ل", "SYP": "ل.س",
    "YER": "ر.ي", "SDG": "ج.س",
}  # fmt: skip
"""Signs that mean one currency wherever they stand, parted by blanks.

Those that CLDR has in the locales of their own country are here too: no locale is loaded for a single cell.
"""

SHARED = {
    "$": ("USD", "USD HKD DOP MOP"),
    "c$": ("CAD", "CAD NIO"),
    "b$": ("", "BND BSD"),
    "g$": ("", "GYD"),
    "l$": ("", "LRD"),
    "£": ("GBP", "GBP EGP LBP SYP SDG SSP GIP FKP SHP"),
    "¥": ("", "JPY CNY"),
    "元": ("", "CNY TWD HKD MOP"),
    "圆": ("", "CNY"),
    "圓": ("", "TWD HKD MOP JPY"),
    "rs": ("INR", "INR PKR LKR NPR MUR SCR"),
    "re": ("", "INR PKR LKR NPR MUR SCR"),
    "रु": ("INR", "INR NPR"),
    "रू": ("INR", "INR NPR"),
    "kr": ("", "SEK NOK DKK ISK"),
    "lei": ("RON", "RON MDL"),
    "руб": ("RUB", "RUB BYN"),
    "р": ("", "RUB BYN"),
    "сом": ("", "KGS UZS"),
    "сум": ("", "UZS"),
    "сўм": ("", "UZS"),
    "so'm": ("", "UZS"),
    "som": ("", "UZS KGS"),
    "cfa": ("", "XOF XAF"),
    "fcfa": ("", "XOF XAF"),
    "f": ("", "XOF XAF XPF"),
    "fr": ("", "CHF XOF XAF XPF"),
    "bs": ("", "BOB VES"),
    "sh": ("", "KES TZS UGX SOS"),
    "shs": ("", "KES TZS UGX SOS"),
    "dh": ("", "AED MAD"),
    "dhs": ("", "AED MAD"),
    "ريال": ("", "SAR QAR OMR YER IRR"),
    "ریال": ("", "IRR SAR QAR OMR YER"),
    "درهم": ("", "AED MAD"),
    "دينار": ("", "KWD BHD JOD IQD DZD TND LYD"),
    "جنيه": ("", "EGP SDG SSP"),
    "ليرة": ("", "SYP LBP TRY"),
    "ر": ("", "SAR QAR OMR YER"),
}  # fmt: skip
"""Signs that several currencies share: what they mean in most shops ("" if unclear), and the currencies.

Those whose own locales have the sign need not be named: in an Australian shop CLDR says what $ is.
"""

OWN = {
    "ZAR": "r", "PHP": "p phps", "BWP": "p", "NGN": "n #", "ZMW": "k zk", "MMK": "k ks kyat kyats", "PGK": "k", "MWK": "k mk",
    "GHS": "c gh", "GTQ": "q", "HNL": "l lp", "PYG": "gs g", "CRC": "c", "HTG": "g gde gdes", "BAM": "km км", "RSD": "din дин",
    "MKD": "den ден", "ALL": "l lek lekë", "HUF": "ft", "HRK": "kn", "MDL": "l", "AZN": "man manat", "MNT": "төг tug",
    "THB": "b bt บ", "VND": "d", "EGP": "le", "LBP": "ll", "OMR": "ro",
    "BHD": "bd", "JOD": "jd", "TND": "dt", "LYD": "ld", "MGA": "ar", "MZN": "mt mts mtn", "AOA": "kz kzs", "CDF": "fc",
    "RWF": "frw rf", "BIF": "fbu", "DJF": "fdj", "GNF": "fg", "GMD": "d", "SLE": "le", "ETB": "br birr", "BYN": "br бр",
    "BTN": "nu", "MVR": "rf", "ARS": "ar$", "CLP": "cl$", "COP": "co$ col$", "VES": "bss bsf bsd",
    "CVE": "esc", "STN": "db", "VUV": "vt vatu", "SZL": "e", "LSL": "m", "KRW": "w",
    "TWD": "nt", "KZT": "т", "PKR": "روپے روپیہ",
}  # fmt: skip
"""Short forms that mean the currency only in a shop that has it: elsewhere they may be anything."""

WORDS = {
    "rupee rupees रुपये रुपए रुपया रुपयों रूपये रूपए रुपैयाँ রুপি": ("INR", "INR NPR PKR LKR MUR SCR"),
    "ரூபாய் ರೂಪಾಯಿ రూపాయలు രൂപ રૂપિયા ਰੁਪਏ ଟଙ୍କା": ("INR", "INR"),
    "টাকা": ("BDT", "BDT INR"),
    "taka": ("BDT", "BDT"),
    "රුපියල්": ("LKR", "LKR"),
    "dollar dollars": ("", "USD CAD AUD NZD SGD HKD TWD BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD"),
    "dólar dólares dolares": ("", "USD"),
    "euro euros евро ευρώ يورو": ("EUR", "EUR"),
    "pound pounds": ("", "GBP GIP FKP SHP EGP"),
    "peso pesos": ("", "MXN ARS CLP COP UYU DOP CUP PHP"),
    "dinar dinars": ("", "KWD BHD JOD IQD DZD TND LYD RSD"),
    "dirham dirhams": ("", "AED MAD"),
    "riyal riyals rial rials": ("", "SAR QAR OMR YER IRR"),
    "franc francs franken": ("", "CHF XOF XAF XPF"),
    "shilling shillings": ("", "KES TZS UGX SOS"),
    "yen 円": ("JPY", "JPY"),
    "yuan 人民币 人民幣 块": ("CNY", "CNY"),
    "台幣 新台幣": ("TWD", "TWD"),
    "港幣 港元": ("HKD", "HKD"),
    "日元 日圓": ("JPY", "JPY"),
    "won": ("", "KRW"),
    "원": ("KRW", "KRW"),
    "baht บาท": ("THB", "THB"),
    "dong": ("", "VND"),
    "đồng": ("VND", "VND"),
    "rupiah": ("IDR", "IDR"),
    "ringgit": ("MYR", "MYR"),
    "riel riels រៀល": ("KHR", "KHR"),
    "kip ກີບ": ("LAK", "LAK"),
    "төгрөг tugrik": ("MNT", "MNT"),
    "тенге теңге": ("KZT", "KZT"),
    "гривень гривні гривня": ("UAH", "UAH"),
    "рублей рубля рубль": ("RUB", "RUB BYN"),
    "лева": ("BGN", "BGN"),
    "динара": ("", "RSD"),
    "złotych złote złoty": ("PLN", "PLN"),
    "korun": ("CZK", "CZK"),
    "forint": ("HUF", "HUF"),
    "kronor kroner krónur": ("", "SEK NOK DKK ISK"),
    "lari ლარი": ("GEL", "GEL"),
    "դրամ դր": ("AMD", "AMD"),
    "lira lirası": ("", "TRY"),
    "naira": ("NGN", "NGN"),
    "cedi cedis": ("GHS", "GHS"),
    "rand": ("", "ZAR"),
    "pula": ("", "BWP"),
    "kwacha": ("", "ZMW MWK"),
    "metical meticais": ("MZN", "MZN"),
    "kwanza kwanzas": ("AOA", "AOA"),
    "ariary": ("MGA", "MGA"),
    "real reais": ("", "BRL"),
    "sol soles": ("", "PEN"),
    "quetzal quetzales": ("GTQ", "GTQ"),
    "lempira lempiras": ("HNL", "HNL"),
    "colon colones": ("", "CRC"),
    "guarani guaranies guaraníes": ("PYG", "PYG"),
    "bolivianos": ("BOB", "BOB"),
    "bolivares bolívares": ("", "VES"),
    "cordobas córdobas": ("NIO", "NIO"),
    "balboas": ("PAB", "PAB"),
    "gourdes": ("HTG", "HTG"),
    "شيكل": ("ILS", "ILS"),
    "افغانی": ("AFN", "AFN"),
}  # fmt: skip
"""Words, which stand beside amounts and never for themselves in a header: what they mean, as in `SHARED`."""

CODES_THAT_ARE_WORDS = frozenset(
    "ALL ANG BAM BOB COP CUP DOP GEL GIP LAK MAD MOP MUR NAD PEN SOS TOP TRY".split()
)
"""Codes that are words of some language; they count in capitals, or in their own shop."""
