-- The folded words of a task follow its title and detail by themselves; lists are filtered by them (units/folding.py).
CREATE OR REPLACE FUNCTION task_words() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  NEW.head_n := egov_normalise(NEW.title || chr(31) || NEW.detail);
  RETURN NEW;
END $f$;
CREATE TRIGGER task_words BEFORE INSERT OR UPDATE OF title, detail ON units_task
  FOR EACH ROW EXECUTE FUNCTION task_words();
