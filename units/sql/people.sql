-- Separation of the three administrators by whole periods (domain 12.2): an administrator's post overlaps with no other
-- post of the same person, and with no deputyship of his. The site refuses it with a sentence; this holds it whoever writes.

CREATE OR REPLACE FUNCTION is_administrator_post(post bigint) RETURNS boolean
LANGUAGE sql STABLE AS $f$
  SELECT kind IN ('sysadmin', 'secadmin', 'auditor') FROM units_post WHERE id = post
$f$;

-- A dismissal ends the period before its own day, so that the person can be appointed anew that day.
CREATE OR REPLACE FUNCTION held_days(starts_on date, ends_on date, dismissed_at timestamptz) RETURNS daterange
LANGUAGE sql STABLE AS $f$
  SELECT daterange(starts_on, CASE WHEN ends_on IS NULL AND dismissed_at IS NULL THEN NULL
    ELSE greatest(starts_on, least(ends_on + 1, egov_local_day(dismissed_at))) END, '[)')
$f$;

CREATE OR REPLACE FUNCTION administrator_stands_alone() RETURNS trigger
LANGUAGE plpgsql AS $f$
DECLARE
  other text;
BEGIN
  PERFORM 1 FROM units_user WHERE id = NEW.user_id FOR NO KEY UPDATE;  -- two appointments at once wait for each other
  NEW.is_administrator := is_administrator_post(NEW.post_id);
  SELECT p.kind INTO other FROM units_appointment a JOIN units_post p ON p.id = a.post_id
   WHERE a.user_id = NEW.user_id AND a.id IS DISTINCT FROM NEW.id AND (a.is_administrator OR NEW.is_administrator)
     AND held_days(a.starts_on, a.ends_on, a.dismissed_at) && held_days(NEW.starts_on, NEW.ends_on, NEW.dismissed_at)
   LIMIT 1;
  IF other IS NULL AND NEW.is_administrator THEN
    SELECT 'deputy' INTO other FROM units_delegation d
     WHERE d.deputy_id = NEW.user_id AND d.ended_at IS NULL
       AND daterange(d.starts_on, d.ends_on, '[]') && held_days(NEW.starts_on, NEW.ends_on, NEW.dismissed_at)
     LIMIT 1;
  END IF;
  IF other IS NOT NULL THEN
    RAISE EXCEPTION 'An administrator holds no other post at the same time (%).', other USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $f$;

CREATE TRIGGER administrator_stands_alone BEFORE INSERT OR UPDATE ON units_appointment
  FOR EACH ROW EXECUTE FUNCTION administrator_stands_alone();

CREATE OR REPLACE FUNCTION deputy_is_no_administrator() RETURNS trigger
LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM 1 FROM units_user WHERE id = NEW.deputy_id FOR NO KEY UPDATE;
  IF NEW.ended_at IS NULL AND (is_administrator_post(NEW.post_id) OR EXISTS (
      SELECT 1 FROM units_appointment a WHERE a.user_id = NEW.deputy_id AND a.is_administrator
         AND held_days(a.starts_on, a.ends_on, a.dismissed_at) && daterange(NEW.starts_on, NEW.ends_on, '[]'))) THEN
    RAISE EXCEPTION 'Administrators neither give nor hold deputyships.' USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $f$;

CREATE TRIGGER deputy_is_no_administrator BEFORE INSERT OR UPDATE ON units_delegation
  FOR EACH ROW EXECUTE FUNCTION deputy_is_no_administrator();
