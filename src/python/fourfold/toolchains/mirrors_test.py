from __future__ import annotations

from fourfold.toolchains.mirrors import roots_in

PRINTED = """\
'http://mirror.example/debian/dists/trixie/InRelease' mirror.example_debian_InRelease 0
'http://mirror.example/debian/dists/trixie-updates/InRelease' mirror.example_InRelease 0
'file:/srv/archive/dists/trixie/InRelease' srv_archive_InRelease 0
'https://other.example/packages/Release' other.example_Release 0
W: some warning about 'http://mirror.example/x/dists/y'
"""


def test_each_root_once_in_order() -> None:
    assert roots_in(PRINTED) == ("http://mirror.example/debian/", "file:/srv/archive/")


def test_a_machine_without_apt_has_none() -> None:
    assert roots_in("") == ()
    assert roots_in("env: 'apt-get': No such file or directory\n") == ()
