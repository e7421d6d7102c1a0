"""`manage.py peers`: this installation's key and who is connected; `--add NAME KEY`, `--end NAME` by the keeper."""

import json

from django.core.management.base import BaseCommand, CommandError

from transfer.line import peers, signing
from transfer.models import Peer
from units.actions import system_user
from units.models import Unit
from units.workflow import Refused


class Command(BaseCommand):
    help = "Shows the own public key and the peers; adds or ends one."

    def add_arguments(self, parser):
        parser.add_argument("--add", nargs=2, metavar=("NAME", "KEY"))
        parser.add_argument("--address", default="")
        parser.add_argument("--unit", nargs="*", default=[], metavar="CODE", help="units whose packages it may bring")
        parser.add_argument("--end", metavar="NAME")

    def handle(self, *, add, address: str, unit: list[str], end, **options):
        rows = Peer.objects.unguarded("the command does what the server's keeper asks")
        try:
            if add:
                units = list(Unit.objects.filter(code__in=unit))
                if missing := set(unit) - {one.code for one in units}:
                    raise CommandError(f"没有单位{'、'.join(sorted(missing))}。")
                peers.add(by=system_user(), name=add[0], public_key=add[1], address=address, units=units)
            if end:
                for one in rows.filter(name=end, ended_at=None):
                    peers.end(one, by=system_user())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        key = signing.public_text(signing.own_key())
        told = {"key": key, "fingerprint": signing.fingerprint_of(key), "peers": [_shown(one) for one in rows.all()]}
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def _shown(peer: Peer) -> dict:
    return {
        "uid": str(peer.uid), "name": peer.name, "address": peer.address, "fingerprint": peer.fingerprint,
        "units": sorted(unit.code for unit in peer.units.all()), "ended": peer.ended_at is not None,
    }  # fmt: skip
