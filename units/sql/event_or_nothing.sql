-- Event or nothing (design section 13): what the site changes on a document, record or batch is refused at commit when
-- no event of the same transaction speaks of it. Changes come first, events last; the check is deferred to the commit.
CREATE OR REPLACE FUNCTION event_or_nothing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM units_auditevent e WHERE e.object_uid = NEW.uid AND e.txid = pg_current_xact_id()) THEN
    RAISE EXCEPTION '% of % % without an audit event of the same transaction.', TG_OP, TG_TABLE_NAME, NEW.uid
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $f$;
