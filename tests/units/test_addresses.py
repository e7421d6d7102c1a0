"""Whose address it was: X-Forwarded-For is believed from configured proxies only, and read from the right."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from changning_egov import env
from units.addresses import client_address

PROXIES = ("10.0.0.1", "192.168.0.0/24", "unix")


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("10.9.9.9", "1.2.3.4", "10.9.9.9"),  # not from a proxy: the header is the visitor's own word
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # what stands left was sent along by the visitor
        ("10.0.0.1", "1.2.3.4, 192.168.0.7", "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.168.0.7", "192.168.0.7"),  # a proxy that calls by itself
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1", "1.2.3.4:5555", "1.2.3.4"),
        ("10.0.0.1", "'; DROP TABLE", "10.0.0.1"),
        ("", "1.2.3.4", "1.2.3.4"),  # a socket of this machine
    ],
)
def test_the_first_address_from_the_right_that_is_no_proxy(settings, remote, forwarded, client):
    settings.EGOV_TRUSTED_PROXIES = PROXIES
    request = RequestFactory(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded).get("/")
    assert client_address(request) == client


@pytest.mark.parametrize("remote", ["10.0.0.1", "", "127.0.0.1"])
def test_without_configured_proxies_the_header_is_nothing(settings, remote):
    settings.EGOV_TRUSTED_PROXIES = ()
    request = RequestFactory(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR="1.2.3.4").get("/")
    assert client_address(request) == remote


def test_a_wrong_setting_stops_the_start(monkeypatch):
    monkeypatch.setenv("EGOV_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.0/8 ,unix")
    assert env.networks("EGOV_TRUSTED_PROXIES") == ("10.0.0.1", "10.0.0.0/8", "unix")
    monkeypatch.setenv("EGOV_TRUSTED_PROXIES", "nginx")
    with pytest.raises(ImproperlyConfigured, match="nginx"):
        env.networks("EGOV_TRUSTED_PROXIES")
