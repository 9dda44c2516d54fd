"""How the mistakes in the Settings tab are worded; a part of the table in `problems`."""

from bikorders.reading.problem_kind import Kind

SETTINGS_KINDS: dict[str, Kind] = {
    "settings-blank": Kind(
        "error", "This cell of the Settings tab holds no word.", "Fill it, or delete the row."
    ),
    "settings-courier": Kind(
        "error",
        "“{text}” is not a courier's link.",
        "Type one such as https://courier.example.com/{{number}}.",
    ),
    "settings-field": Kind(
        "error", "“{text}” is not a field.", "Type one such as Order ID, Status or Tracking link."
    ),
    "settings-header": Kind(
        "error", "The Settings tab has no header.", "Head its columns What, Name and Value."
    ),
    "settings-name": Kind("error", "“{text}” is not a setting.", "Type currency or country."),
    "settings-payment": Kind(
        "error", "“{text}” is not a payment status.", "Type one such as paid or pending."
    ),
    "settings-value": Kind("error", "“{text}” can't be used here.", "Type a code such as INR or IN."),
    "settings-what": Kind(
        "error", "“{text}” is nothing that can be set.", "Type column, status, payment, courier or setting."
    ),
}
