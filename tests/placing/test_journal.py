"""Every placed order, once and for good: threads, processes and kills."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.placing.record import Record
from tests.placing.conftest import NOON, ORDER, add, build, run


def test_an_order_is_recorded_with_all_that_was_given(journal):
    record, is_new = add(journal, "draft-1", digest="abc")
    answer = build("ORD-1001")
    assert is_new
    assert record == Record(1, "draft-1", "abc", "ORD-1001", 1001, answer, NOON, "waiting", 0, "")
    assert journal.find_draft("draft-1") == journal.find_id(" #ord-1001") == record
    assert journal.find_draft("draft-2") is journal.find_id("ORD-1002") is None


def test_fractions_come_back_digit_by_digit_after_opening_again(path, journal):
    add(journal, "draft-1")
    journal.close()
    with closing(Journal(path)) as again:
        order = again.find_draft("draft-1").order
    assert order == ORDER | {"id": "ORD-1001"}
    assert (str(order["total"]), str(order["noise"])) == ("947.50", "119.75999999999999")


def test_a_draft_that_is_known_is_answered_from_its_record(journal):
    first, _ = add(journal, "draft-1", digest="a")

    def never(order_id):
        raise AssertionError("built again")

    assert add(journal, "draft-1", digest="b", build=never, now=NOON + 9) == (first, False)


def test_numbers_go_on_from_the_highest_of_the_sheet_and_of_the_journal(journal):
    ids = [add(journal, f"draft-{n}", highest=highest)[0].id for n, highest in enumerate([0, 1000, 5, 1005])]
    assert ids == ["ORD-1", "ORD-1001", "ORD-1002", "ORD-1006"]
    assert journal.highest_number() == 1006


def test_an_id_that_another_template_gave_is_not_given_again(journal):
    bare = parse_id_template("{number}")
    for n in range(3):
        add(journal, f"draft-{n}", ids=parse_id_template("1{number}"), highest=0)  # 11, 12, 13
    assert add(journal, "draft-3", ids=bare, highest=10)[0].id == "14"
    assert add(journal, "draft-4", ids=parse_id_template("#{number}"), highest=0)[0].id == "#15"


def test_an_order_that_can_not_be_answered_is_not_recorded(journal):
    def fail(order_id):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add(journal, "draft-1", build=fail)
    assert journal.find_draft("draft-1") is None
    assert add(journal, "draft-2")[0].id == "ORD-1001"


def test_text_that_no_record_can_hold_is_found_nowhere(journal):
    assert journal.find_id("\ud800") is journal.find_draft("\ud800") is journal.find_id("") is None


def test_orders_wait_in_the_order_they_came_until_they_are_written(journal):
    assert journal.count_waiting() == (0, None)
    assert journal.highest_number() == 0
    one, two, three = (add(journal, f"draft-{n}", now=NOON + n)[0] for n in range(3))
    assert journal.list_waiting() == [one, two, three]
    assert journal.count_waiting() == (3, NOON)
    journal.mark_written(one.seq)
    assert journal.list_waiting() == [two, three]
    assert journal.count_waiting() == (2, NOON + 1)
    assert journal.find_draft("draft-0").state == "written"


def test_the_second_refusal_parks_an_order(journal):
    seq = add(journal, "draft-1")[0].seq
    first = journal.note_refusal(seq, "no column for the total")
    assert (first.state, first.refusals, first.reason) == ("waiting", 1, "no column for the total")
    second = journal.note_refusal(seq, "the tab is gone")
    assert (second.state, second.refusals, second.reason) == ("parked", 2, "the tab is gone")
    assert journal.list_parked() == [second]
    assert journal.list_waiting() == []
    journal.mark_written(seq)
    assert journal.list_parked() == []


def test_an_order_that_is_written_stays_so(journal):
    seq = add(journal, "draft-1")[0].seq
    journal.mark_written(seq)
    for _ in range(3):
        assert journal.note_refusal(seq, "too late").state == "written"
    with pytest.raises(LookupError):
        journal.note_refusal(99, "none")


def hold_against(journal: Journal, answers: list[tuple[str, str, bool]]) -> None:
    """Hold 200 adds of 50 drafts against the journal: each draft once, each with one id, numbers without gaps."""
    assert len(answers) == 200
    assert sum(is_new for _, _, is_new in answers) == 50
    assert len({(draft_id, order_id) for draft_id, order_id, _ in answers}) == 50
    records = journal.list_waiting()
    assert [record.number for record in records] == list(range(1001, 1051))
    assert {(record.draft_id, record.id) for record in records} == {answer[:2] for answer in answers}


def test_sixteen_threads_record_each_draft_once(journal):
    together = Barrier(16)

    def work(worker: int) -> list[tuple[str, str, bool]]:
        together.wait()
        added = [(n, *add(journal, f"draft-{n % 50}")) for n in range(worker, 200, 16)]
        return [(record.draft_id, record.id, is_new) for _, record, is_new in added]

    with ThreadPoolExecutor(16) as pool:
        hold_against(journal, [answer for answers in pool.map(work, range(16)) for answer in answers])


def test_four_processes_that_begin_one_file_together_record_each_draft_once(path):
    code = """
added = []
for n in range(50):
    record, is_new = journal.add(f"draft-{(n + OFFSET) % 50}", "d", build, IDS, 1000, 0.0)
    added.append((record.draft_id, record.id, is_new))
print(json.dumps(added))
"""
    ends = run(path, *(code.replace("OFFSET", str(offset)) for offset in range(4)))
    assert [returncode for returncode, _ in ends] == [0] * 4
    with closing(Journal(path)) as journal:
        hold_against(journal, [tuple(answer) for _, output in ends for answer in json.loads(output)])


def test_a_kill_while_an_order_is_recorded_leaves_no_trace(path):
    code = 'journal.add("draft-1", "d", die, IDS, 1000, 0.0)'
    assert run(path, code) == [(-signal.SIGKILL, "")]
    with closing(Journal(path)) as journal:
        assert journal.find_draft("draft-1") is None
        assert add(journal, "draft-2")[0].id == "ORD-1001"


def test_a_kill_after_an_order_was_recorded_loses_nothing(path):
    code = 'print(journal.add("draft-1", "d", build, IDS, 1000, 0.0)[0].id, flush=True); die()'
    assert run(path, code) == [(-signal.SIGKILL, "ORD-1001\n")]
    with closing(Journal(path)) as journal:
        assert journal.find_draft("draft-1").order == {"id": "ORD-1001"}
        assert add(journal, "draft-1", digest="d")[1] is False
