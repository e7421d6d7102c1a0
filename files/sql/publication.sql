-- A publication's place in the order of changes is given at commit, under the lock of the audit chain: a harvester that
-- has read up to a number never finds a smaller one later (design section 13). Opening and closing each take a new one.
CREATE OR REPLACE FUNCTION publication_in_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
BEGIN
  PERFORM pg_advisory_xact_lock(4702111);
  UPDATE files_publication SET seq = (SELECT coalesce(max(seq), 0) + 1 FROM files_publication) WHERE id = NEW.id;
  RETURN NULL;
END $f$;

CREATE CONSTRAINT TRIGGER publication_ordered AFTER INSERT OR UPDATE OF closed_at ON files_publication
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION publication_in_order();

-- What was public when is not rewritten: a row is closed once, and its order is the trigger's alone.
CREATE OR REPLACE FUNCTION publication_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.seq IS NOT NULL OR NEW.closed_at IS NOT NULL THEN
      RAISE EXCEPTION 'A publication begins open and without a number.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.kind, OLD.object_uid, OLD.unit_id, OLD.opened_at, OLD.reason) IS DISTINCT FROM
     (NEW.kind, NEW.object_uid, NEW.unit_id, NEW.opened_at, NEW.reason)
     OR (OLD.closed_at IS NOT NULL AND (OLD.closed_at, OLD.withdrawal_reason) IS DISTINCT FROM
                                       (NEW.closed_at, NEW.withdrawal_reason))
     OR (OLD.seq IS DISTINCT FROM NEW.seq AND current_user = 'egov_app') THEN
    RAISE EXCEPTION 'A publication is closed once and not rewritten.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER publication_fixed BEFORE INSERT OR UPDATE ON files_publication
  FOR EACH ROW EXECUTE FUNCTION publication_is_fixed();
