-- No change of the site's own without an event (units/sql/event_or_nothing.sql); the owner's repairs are not asked.
CREATE CONSTRAINT TRIGGER transfer_batch_event_or_nothing AFTER INSERT OR UPDATE ON transfer_batch
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (current_user = 'egov_app') EXECUTE FUNCTION event_or_nothing();
CREATE CONSTRAINT TRIGGER transfer_conversion_event_or_nothing AFTER INSERT OR UPDATE ON transfer_conversionmigration
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (current_user = 'egov_app') EXECUTE FUNCTION event_or_nothing();
