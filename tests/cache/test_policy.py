"""Does what the settings ask for fit into the quota?"""

import pytest

from bikorders.cache.policy import Policy
from bikorders.errors import SettingsError


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
