-- A record is destroyed by a lawful disposal or not at all, whoever tries: not while it is on hold, and only as an item
-- of an appraisal that was approved, noted by the authority and signed by two supervisors (domain 4.6, 19.1).
CREATE OR REPLACE FUNCTION record_is_destroyed_lawfully() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM archive_hold h WHERE h.record_id = NEW.id AND h.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'Record % is on hold.', NEW.uid USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM archive_appraisalitem i JOIN archive_appraisal a ON a.id = i.appraisal_id
    WHERE i.record_id = NEW.id AND i.is_open AND i.opinion = 'destroy' AND a.state = 'noted'
      AND (
        SELECT count(DISTINCT s.person_id) FROM archive_supervision s WHERE s.appraisal_id = a.id AND s.digest = a.arranged_digest
          AND NOT EXISTS (SELECT 1 FROM archive_supervisionwithdrawal w WHERE w.supervision_id = s.id)
      ) >= 2
  ) THEN
    RAISE EXCEPTION 'Record % is in no approved disposal with two supervisors.', NEW.uid
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER record_destroyed_lawfully BEFORE UPDATE OF state ON archive_record
  FOR EACH ROW WHEN (NEW.state = 'destroyed' AND OLD.state <> 'destroyed')
  EXECUTE FUNCTION record_is_destroyed_lawfully();

-- What was destroyed stays known: its row is never another's again.
CREATE OR REPLACE FUNCTION destroyed_record_stays() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION 'A destroyed record stays as it is.' USING ERRCODE = 'insufficient_privilege';
END $f$;
CREATE TRIGGER destroyed_record_stays BEFORE UPDATE ON archive_record
  FOR EACH ROW WHEN (OLD.state = 'destroyed') EXECUTE FUNCTION destroyed_record_stays();
