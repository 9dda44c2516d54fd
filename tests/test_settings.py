"""What the person who runs the server can set, and what stops the start."""

import re
import subprocess
import traceback
from base64 import b64encode
from pathlib import Path

import pytest

from bikorders.bik.auth import Auth, parse_auth
from bikorders.environment import PREFIX
from bikorders.errors import SettingsError
from bikorders.secret import MAKE
from bikorders.settings import TABLE, check_auth, find_page_password, find_risks, read_settings
from bikorders.sheet.open import SAMPLE, find_spreadsheet_key, open_source

SECRET = "S3CRET"
LONG = "S3CRET-of-the-tests-5"
KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3-_4m5N"


@pytest.fixture
def read(tmp_path):
    """Read settings given by their names without the prefix, in an empty folder."""

    def read(**said):
        return read_settings({PREFIX + name: text for name, text in said.items()}, tmp_path)

    return read


@pytest.fixture
def refuse(read):
    """Give the error that the settings are refused with: one line, and no secret in it or in its causes."""

    def refuse(**said):
        with pytest.raises(SettingsError) as caught:
            read(**said)
        assert len(str(caught.value).splitlines()) == 1
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        return str(caught.value)

    return refuse


# The table


def test_without_a_word_the_sample_is_served_on_loopback(read, tmp_path):
    settings = read()
    assert settings.is_sample and settings.is_loopback
    assert (settings.sheet, settings.orders_tab, settings.items_tab, settings.auth) == ("", "", "", None)
    assert (settings.host, settings.port, settings.max_age) == ("127.0.0.1", 8080, 5)
    assert (settings.currency, settings.country) == ("INR", "IN")
    assert settings.threads == int(TABLE["THREADS"].default)
    assert settings.credentials == str(tmp_path / "credentials.json")


def test_every_setting_arrives(read, tmp_path):
    said = {"SHEET": "./orders", "ORDERS_TAB": "Sales", "ITEMS_TAB": "Lines", "HOST": "0.0.0.0", "PORT": "0"}
    said |= {"THREADS": "4", "MAX_AGE": "0.5", "CURRENCY": "usd", "COUNTRY": "us", "CREDENTIALS": "key.json"}
    settings = read(AUTH="none", **said)
    assert (settings.sheet, settings.orders_tab, settings.items_tab) == ("./orders", "Sales", "Lines")
    assert (settings.host, settings.port, settings.threads, settings.max_age) == ("0.0.0.0", 0, 4, 0.5)
    assert (settings.currency, settings.country, settings.credentials) == ("USD", "US", "key.json")
    assert settings.auth == Auth()


def test_surrounding_blanks_do_not_matter_and_a_blank_setting_is_none_at_all(read):
    settings = read(PORT=" 81 ", SHEET="  ", AUTH="")
    assert (settings.port, settings.is_sample, settings.auth) == (81, True, None)


def test_a_dotenv_file_counts_and_the_environment_wins(read, tmp_path):
    others = "OTHER=$x\nTZ=Asia/Kolkata\nGOOGLE_APPLICATION_CREDENTIALS=x\n"
    (tmp_path / ".env").write_text(f"BIKORDERS_PORT=81\nexport BIKORDERS_HOST='::1'\n{others}", "utf-8")
    assert (read().port, read().host) == (81, "::1")
    assert read(PORT="82").port == 82


def test_a_dotenv_file_that_cannot_be_read_is_refused(refuse, tmp_path):
    (tmp_path / ".env").write_bytes(b"BIKORDERS_AUTH=bearer:" + SECRET.encode() + b"\xff")
    assert ".env" in refuse()


def test_a_name_that_is_no_setting_is_refused_and_the_close_one_suggested(refuse, tmp_path):
    assert "did you mean BIKORDERS_SHEET?" in refuse(SHEETS="x")
    (tmp_path / ".env").write_text("BIKORDERS_PROT=1\n", "utf-8")
    assert "did you mean BIKORDERS_PORT?" in refuse()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BIKORDER_SHEET", "BIKORDERS_SHEET"),
        ("bikorders_sheet", "BIKORDERS_SHEET"),
        ("Bikorders_Page_Pasword", "BIKORDERS_PAGE_PASSWORD"),
        ("BIKORDERSSHEET", "BIKORDERS_SHEET"),
    ],
)
def test_what_begins_like_a_setting_is_refused_in_the_file_and_in_the_environment(tmp_path, name, meant):
    with pytest.raises(SettingsError, match=f"^{name} is not a setting: did you mean {meant}\\?$"):
        read_settings({name: "x"}, tmp_path)
    (tmp_path / ".env").write_text(f"{name}=x\n", "utf-8")
    with pytest.raises(SettingsError, match=f"^{name} in .*/.env is not a setting: did you mean {meant}\\?$"):
        read_settings({}, tmp_path)


@pytest.mark.parametrize("name", ["SHEET", "sheet", "BIK_ORDERS_SHEET", "BIKODERS_SHEET"])
def test_what_looks_like_a_setting_is_refused_in_the_file_only(tmp_path, name):
    read_settings({name: "x"}, tmp_path)
    (tmp_path / ".env").write_text(f"{name}=x\n", "utf-8")
    with pytest.raises(SettingsError, match=r"did you mean BIKORDERS_SHEET\?"):
        read_settings({}, tmp_path)


@pytest.mark.parametrize("name", ["TIMEZONE", "TOKEN", "LOG_LEVEL"])
def test_a_name_like_no_other_is_refused_with_the_list_of_settings(refuse, name):
    message = refuse(**{name: "x"})
    assert all(PREFIX + known in message for known in TABLE)


@pytest.mark.parametrize(
    ("name", "text"),
    [("PORT", text) for text in ("abc", "-1", "65536", "80.5", "9" * 5000)]
    + [("THREADS", text) for text in ("0", "1", "513", "many")]
    + [("READS_PER_MINUTE", text) for text in ("7", "301")]
    + [("MAX_AGE", text) for text in ("0", "-1", "nan", "inf", "5s", "3601")]
    + [("CURRENCY", text) for text in ("RUPEES", "QQQ", "₹")]
    + [("COUNTRY", text) for text in ("India", "QQ", "91")]
    + [("AUTH", "yes")],
)
def test_a_value_that_cannot_be_right_is_refused_by_name_with_what_it_takes(refuse, name, text):
    message = refuse(**{name: text})
    assert message.startswith(f"{PREFIX}{name} ")
    assert TABLE[name].parse.__doc__ in message


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
    ],
)
def test_a_loopback_address_is_known(read, host, loopback):
    assert read(HOST=host).is_loopback is loopback


# The auth header


@pytest.mark.parametrize(
    ("text", "header", "value"),
    [
        ("none", "", ""),
        ("bearer:t0ken", "Authorization", "Bearer t0ken"),
        ("Bearer: t:0:ken= ", "Authorization", "Bearer t:0:ken="),
        ("basic:bik:p:w", "Authorization", "Basic " + b64encode(b"bik:p:w").decode()),
        ("header:X-Api-Key:a:b c", "X-Api-Key", "a:b c"),
    ],
)
def test_the_four_forms_of_auth_give_header_and_value(text, header, value):
    auth = parse_auth(text)
    assert (auth.header, auth.value) == (header, value)


MALFORMED = [
    SECRET,
    f"Bearer {SECRET}",
    f"token:{SECRET}",
    f"none:{SECRET}",
    "bearer:",
    f"bearer:{SECRET}\x00",
    f"bearer:{SECRET}\nX: y",
    f"bearer:{SECRET}€",
    f"basic:{SECRET}",
    f"basic::{SECRET}",
    f"basic:{SECRET}:",
    f"header:{SECRET}",
    f"header::{SECRET}",
    f"header:X Key:{SECRET}",
    f"header:{SECRET}:",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_auth_is_refused_and_never_repeated(refuse, tmp_path, text):
    assert "bearer:TOKEN" in refuse(AUTH=text)
    (tmp_path / "auth").write_text(text, "utf-8")
    assert "bearer:TOKEN" in refuse(AUTH_FILE=str(tmp_path / "auth"))


@pytest.mark.parametrize(
    "line",
    [
        f"BIKORDERS_AUTH:bearer:{SECRET}",
        f"BIKORDERS_AUTH: bearer:{SECRET}",
        f"BIKORDERS_AUTH='bearer:{SECRET}",
    ],
)
def test_a_mistyped_dotenv_line_is_refused_without_repeating_the_secret(refuse, tmp_path, line):
    (tmp_path / ".env").write_text(line + "\n", "utf-8")
    refuse()


def test_a_secret_where_the_path_of_its_file_belongs_is_not_repeated(refuse):
    assert "BIKORDERS_AUTH_FILE" in refuse(AUTH_FILE=f"bearer:{SECRET}")


@pytest.mark.parametrize("text", [f"bearer:{LONG}", f"basic:bik:{LONG}", f"header:X-Key:{LONG}"])
def test_a_secret_is_not_in_the_repr_of_the_settings(read, text):
    settings = read(AUTH=text)
    assert SECRET not in repr(settings) + repr(settings.auth)
    assert settings.auth.value not in repr(settings)


def test_auth_can_be_in_a_file(read, tmp_path):
    (tmp_path / "auth").write_text(f"bearer:{LONG}\n", "utf-8")
    assert read(AUTH_FILE=str(tmp_path / "auth")).auth.value == f"Bearer {LONG}"


def test_a_mark_that_an_editor_put_before_the_text_of_a_file_is_read_over(read, tmp_path):
    (tmp_path / "auth").write_bytes(b"\xef\xbb\xbfbearer:" + LONG.encode() + b"\r\n")
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfBIKORDERS_PORT=81\r\n")
    settings = read(AUTH_FILE=str(tmp_path / "auth"))
    assert (settings.auth.value, settings.port) == (f"Bearer {LONG}", 81)


def test_auth_said_twice_is_refused(refuse, tmp_path):
    (tmp_path / "auth").write_text(f"bearer:{SECRET}", "utf-8")
    for auth in ("none", f"bearer:{SECRET}"):
        assert "both" in refuse(AUTH=auth, AUTH_FILE=str(tmp_path / "auth"))


def test_an_auth_file_that_is_missing_or_no_text_is_refused(refuse, tmp_path):
    (tmp_path / "auth").write_bytes(b"\xff" + SECRET.encode())
    for path in (tmp_path / "auth", tmp_path / "missing", tmp_path):
        assert "BIKORDERS_AUTH_FILE" in refuse(AUTH_FILE=str(path))


def test_an_empty_auth_file_is_refused(refuse, tmp_path):
    (tmp_path / "auth").write_text("\n", "utf-8")
    assert "AUTH" in refuse(AUTH_FILE=str(tmp_path / "auth"))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_sample_on_loopback_runs_without_auth(read, host):
    assert check_auth(read(HOST=host)) == Auth()


@pytest.mark.parametrize(
    "said",
    [{"HOST": "0.0.0.0"}, {"SHEET": "./orders"}, {"SHEET": str(SAMPLE)}, {"SHEET": KEY}, {"HOST": "::"}],
)
def test_anything_else_needs_a_word_about_auth_and_none_is_one(read, said):
    with pytest.raises(SettingsError, match="BIKORDERS_AUTH"):
        check_auth(read(**said))
    assert check_auth(read(AUTH="none", **said)) == Auth()
    assert check_auth(read(AUTH=f"bearer:{LONG}", **said)).value == f"Bearer {LONG}"


# Where the sheet and its key are


def test_the_key_file_is_the_one_said_else_the_one_in_the_folder_else_googles_usual(tmp_path):
    here = tmp_path / "credentials.json"

    def credentials(**environ):
        return read_settings(environ, tmp_path).credentials

    assert credentials() == str(here)
    assert credentials(GOOGLE_APPLICATION_CREDENTIALS="/usual.json") == "/usual.json"
    here.touch()
    assert credentials(GOOGLE_APPLICATION_CREDENTIALS="/usual.json") == str(here)
    assert credentials(BIKORDERS_CREDENTIALS="/said.json") == "/said.json"


def test_a_blank_google_application_credentials_is_none_at_all(tmp_path):
    settings = read_settings({"GOOGLE_APPLICATION_CREDENTIALS": ""}, tmp_path)
    assert settings.credentials == str(tmp_path / "credentials.json")


@pytest.mark.parametrize(
    "sheet",
    [
        KEY,
        f"https://docs.google.com/spreadsheets/d/{KEY}",
        f"https://docs.google.com/spreadsheets/d/{KEY}/",
        f"https://docs.google.com/spreadsheets/d/{KEY}/edit",
        f"https://docs.google.com/spreadsheets/d/{KEY}/edit#gid=0",
        f"https://docs.google.com/spreadsheets/d/{KEY}/edit?usp=sharing",
        f"https://docs.google.com/spreadsheets/d/{KEY}/edit?gid=12#gid=12",
        f"https://docs.google.com/spreadsheets/u/1/d/{KEY}/edit",
        f"http://docs.google.com/spreadsheets/d/{KEY}/htmlview",
        f"docs.google.com/spreadsheets/d/{KEY}/edit#gid=0",
    ],
)
def test_the_spreadsheets_key_is_found_in_its_address(sheet):
    assert find_spreadsheet_key(sheet) == KEY


@pytest.mark.parametrize(
    "sheet",
    [
        "",
        "./orders",
        "ORD-1001",
        f"https://example.com/spreadsheets/d/{KEY}",
        f"https://docs.google.com.example.com/spreadsheets/d/{KEY}",
        f"https://docs.google.com/document/d/{KEY}/edit",
        "https://docs.google.com/spreadsheets/u/0/",
        "https://docs.google.com/spreadsheets/d/short/edit",
    ],
)
def test_other_texts_are_no_spreadsheet(sheet):
    assert find_spreadsheet_key(sheet) is None


def test_the_sample_and_a_folder_are_opened(tmp_path):
    assert "Orders" in open_source("", "").read().tabs
    (tmp_path / "Sales.csv").write_text("Order ID\n1\n", "utf-8")
    assert list(open_source(str(tmp_path), "").read().tabs) == ["Sales"]


@pytest.mark.parametrize(
    "sheet",
    [
        "./missing",
        "two\nlines",
        "https://example.com/orders",
        "~nobody-has-this-name/orders",
        "./two\nlines",
        "https://[docs.google.com/",
        "no such folder " * 30,
    ],
)
def test_a_sheet_that_is_neither_folder_nor_google_sheet_is_refused_in_one_line(sheet):
    with pytest.raises(SettingsError, match="BIKORDERS_SHEET") as caught:
        open_source(sheet, "")
    assert len(str(caught.value).splitlines()) == 1


def test_a_google_sheet_without_its_key_file_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="BIKORDERS_CREDENTIALS"):
        open_source(KEY, str(tmp_path / "missing.json"))


# The status page


def test_the_page_is_on_with_a_password_and_for_the_sample_on_loopback_only(read):
    assert find_page_password(read()) == ""
    assert find_page_password(read(HOST="0.0.0.0")) is None
    assert find_page_password(read(SHEET=KEY)) is None
    for said in ({}, {"HOST": "0.0.0.0"}, {"SHEET": KEY}):
        assert find_page_password(read(PAGE_PASSWORD="long enough", **said)) == "long enough"


@pytest.mark.parametrize("password", ["S3CRET", "S3CRET!", "aaaaaaaaaaaa", "12121212", "пароль"])
def test_a_password_that_is_no_use_is_refused_without_repeating_it(refuse, password):
    error = refuse(PAGE_PASSWORD=password)
    assert error.startswith("the secret in BIKORDERS_PAGE_PASSWORD is ") and password not in error


def test_a_password_that_a_browser_may_cut_is_refused(refuse):
    assert "at most 200 characters" in refuse(PAGE_PASSWORD="abcd" * 51)


# Secrets

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*")]
EXAMPLES = {
    found
    for path in DOCUMENTS
    if path.is_file()
    for found in re.findall(
        r"(?:bearer:|Bearer |BIKORDERS_PAGE_PASSWORD=)([\w-]+)", path.read_text("utf-8"), re.ASCII
    )
}


def test_the_documents_have_examples_of_secrets():
    assert "a-long-secret-that-you-also-give-to-Bik" in EXAMPLES


@pytest.mark.parametrize("secret", [*sorted(EXAMPLES), "SECRET", "TOKEN", "PASSWORD"])
def test_the_examples_own_secrets_are_refused_with_a_command_that_makes_one(refuse, secret):
    for said in ({"AUTH": f"bearer:{secret}"}, {"AUTH": f"basic:bik:{secret}"}, {"PAGE_PASSWORD": secret}):
        assert re.search(r"an example .*: this makes one: python3 -c ", refuse(**said))


@pytest.mark.parametrize("form", ["bearer:{}", "basic:a-long-name:{}", "header:X-Api-Key:{}"])
def test_a_secret_is_refused_when_short_and_warned_of_when_not_long(read, refuse, form):
    assert "shorter than 8 characters" in refuse(AUTH=form.format("k7-wq40"))
    (risk,) = find_risks(read(AUTH=form.format("k7-wq40zP-k7-wq40zP")))
    assert "BIKORDERS_AUTH has under 20 characters" in risk and MAKE in risk and "k7" not in risk
    assert list(find_risks(read(AUTH=form.format("k7-wq40zP-k7-wq40zPx")))) == []


def test_the_command_that_is_printed_makes_a_secret_that_is_taken(read):
    made = subprocess.run(["sh", "-c", MAKE], check=True, capture_output=True, text=True).stdout.strip()
    assert list(find_risks(read(AUTH=f"bearer:{made}", PAGE_PASSWORD=made))) == []


def test_an_open_sheet_is_warned_of_and_the_open_sample_is_not(read):
    (risk,) = find_risks(read(AUTH="none", SHEET="./orders"))
    assert risk.startswith("BIKORDERS_AUTH is none")
    assert list(find_risks(read(AUTH="none"))) == []


def test_a_password_may_hold_anything_and_is_kept_out_of_sight(read):
    settings = read(PAGE_PASSWORD=" пароль: #n\u0303 ")
    assert settings.page_password == "пароль: #ñ"
    assert "пароль" not in repr(settings)
