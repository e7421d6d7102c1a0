"""Forms as a browser sends them: urlencoded. The test client's default is multipart, which nobody may send unsigned."""

from urllib.parse import urlencode


def send_form(client, address: str, data: dict):
    return client.post(address, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")
