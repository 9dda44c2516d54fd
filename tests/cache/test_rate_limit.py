"""How often may the source be read?"""

import pytest

from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.errors import SettingsError, SourceUnavailable
from tests.conftest import Clock


def test_a_quota_counts_over_a_minute_that_slides():
    clock = Clock()
    quota = Quota(3, clock)
    assert quota.spend() and quota.spend()
    clock.advance(30)
    assert quota.spend() and not quota.spend()
    clock.advance(30)
    assert quota.used() == 1 and quota.spend(2) and not quota.spend()


def test_a_quota_gives_all_or_nothing():
    quota = Quota(3, Clock())
    assert quota.spend(2) and not quota.spend(2) and quota.spend(1)


def test_a_spent_quota_is_like_a_source_that_does_not_answer():
    quota = Quota(1, Clock())
    quota.charge()
    with pytest.raises(SourceUnavailable):
        quota.charge()


def test_without_a_limit_there_is_no_end():
    quota = Quota(None, Clock())
    assert all(quota.spend() for _ in range(1000)) and quota.used() == 1000


@pytest.mark.parametrize(("max_age", "reads"), [(1, 50), (5, 12), (0.5, 120)])
def test_a_max_age_that_needs_more_reads_than_are_allowed_is_refused(max_age, reads):
    with pytest.raises(SettingsError, match="BIKORDERS_READS_PER_MINUTE"):
        Policy(max_age=max_age, reads_per_minute=reads)


@pytest.mark.parametrize(("max_age", "reads"), [(1.3, 50), (5, 13), (5, 50), (60, 2), (3600, 60), (2, 300)])
def test_the_regular_reads_never_need_more_than_is_allowed(max_age, reads):
    policy = Policy(max_age=max_age, reads_per_minute=reads)
    assert policy.interval <= max_age
    assert 60 / policy.interval + (policy.spare or 0) <= reads


def test_files_are_read_as_often_as_the_age_asks():
    assert Policy(max_age=0.1, reads_per_minute=None).spare is None
