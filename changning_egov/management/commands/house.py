"""Prints the house as its imports draw it; fails when there is a circle."""

from django.core.management.base import BaseCommand, CommandError

try:
    from changning_egov import house
except ModuleNotFoundError:  # grimp comes with the packages for tests
    house = None


class Command(BaseCommand):
    help = "The floors of the house as found from imports, and its circles."
    requires_system_checks = ()

    def handle(self, *args, **options) -> None:
        if house is None:
            raise CommandError("This command needs the packages of requirements-dev.txt: run `make check` first.")
        found = house.read(house.root_packages())
        self.stdout.write(f"{len(found.modules)} modules, {found.count} imports between them. Top floor first.\n\n")
        self._draw_apps(found)
        for app in sorted(found.apps()):
            self._draw_inside(app, found)
        circles = found.circles()
        for circle in circles:
            self.stdout.write(f"circle: {' <-> '.join(circle)}")
        if circles:
            raise CommandError(f"{len(circles)} circle(s).")
        self.stdout.write("circles: none")

    def _draw_apps(self, found) -> None:
        apps = found.apps()
        for floor in house.floors(apps):
            for app in floor:
                counted = ", ".join(f"{below} {found.imports_between(app, below)}" for below in sorted(apps[app]))
                self.stdout.write(f"{app:<16} {counted or 'imports nothing of ours'}")

    def _draw_inside(self, app: str, found) -> None:
        inside = found.inside(app)
        if not inside:
            return
        self.stdout.write(f"\n{app}: {sum(len(imported) for imported in inside.values())} imports between its parts")
        drawn = house.floors(inside)
        for number, floor in zip(range(len(drawn) - 1, -1, -1), drawn, strict=True):
            self.stdout.write(f"  {number:>2}  {' | '.join(floor)}")
