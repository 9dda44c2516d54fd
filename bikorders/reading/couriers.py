"""Which couriers are known, and where can their parcels be followed?"""

from bikorders.text import fold_words

COURIERS = {
    "delhivery": "https://www.delhivery.com/track/package/{number}",
    "blue dart": "https://www.bluedart.com/trackdartresultthirdparty?trackFor=0&trackNo={number}",
    "bluedart": "https://www.bluedart.com/trackdartresultthirdparty?trackFor=0&trackNo={number}",
    "ekart": "https://ekartlogistics.com/shipmenttrack/{number}",
    "shiprocket": "https://shiprocket.co/tracking/{number}",
    "postex": "https://postex.pk/tracking?cn={number}",
    "econt": "https://www.econt.com/services/track-shipment/{number}",
    "royal mail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
}
"""Folded name -> link, with `{number}` where the tracking number goes.

Those whose link with the number in it is the same wherever shops and plugins publish one. Left out, because the
published links disagree or lead to an empty form: DTDC, Xpressbees, Shadowfax, India Post, Ecom Express.
"""

OTHERS = (
    "dtdc", "xpressbees", "x press bees", "shadowfax", "india post", "speed post", "ecom express", "professional",
    "smartship", "fship", "amazon", "j t", "jnt", "lbc", "ninja van", "ninjavan", "tcs", "leopards", "trax", "aramex",
    "pathao", "redx", "steadfast", "estafeta", "correios", "jne", "sicepat", "evri", "gls", "dpd",
)  # fmt: skip
"""Couriers without such a link, folded."""


def split_courier(header: str) -> tuple[str, str]:
    """Return the courier that a header begins with, folded, and the rest of the header; "" where it names none.

    >>> split_courier("Blue Dart AWB No."), split_courier("AWB No.")
    (('blue dart', 'awb no'), ('', 'awb no'))
    """
    folded = fold_words(header)
    if not folded.startswith(_BEGINNINGS):  # as nearly all
        return "", folded
    name = max((name for name in _BEGINNINGS if folded.startswith(name)), key=len)
    return name.strip(), folded[len(name) :]


_BEGINNINGS = tuple(f"{name} " for name in (*COURIERS, *OTHERS))
