-- The district's day: the site stores UTC, the database's sessions run in UTC, people and law count Shanghai's days.
-- Twin of django.utils.timezone.localdate (settings.TIME_ZONE); whoever needs "today" in SQL calls egov_today.
CREATE OR REPLACE FUNCTION egov_local_day(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE AS $f$ SELECT (moment AT TIME ZONE 'Asia/Shanghai')::date $f$;

CREATE OR REPLACE FUNCTION egov_today() RETURNS date
LANGUAGE sql STABLE AS $f$ SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date $f$;
