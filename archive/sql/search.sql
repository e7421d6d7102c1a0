-- A search without a result: folded words and a count, no person. At most 1,000 rows a day and place, so that nobody fills
-- the table by typing; what comes after them is counted in the row without words. The portal's function calls this one.
CREATE OR REPLACE FUNCTION archive_found_nothing(words text, place text) RETURNS void
LANGUAGE plpgsql AS $f$
DECLARE
  today date := egov_today();
  kept text := left(words, 200);
BEGIN
  UPDATE archive_emptysearch e SET times = e.times + 1
   WHERE e.words = kept AND e.place = archive_found_nothing.place AND e.day = today;
  IF FOUND THEN
    RETURN;
  END IF;
  IF (SELECT count(*) FROM archive_emptysearch e WHERE e.day = today AND e.place = archive_found_nothing.place) >= 1000 THEN
    kept := '';
  END IF;
  INSERT INTO archive_emptysearch AS e (words, place, day, times) VALUES (kept, archive_found_nothing.place, today, 1)
  ON CONFLICT ON CONSTRAINT empty_search_once_a_day DO UPDATE SET times = e.times + 1;
END $f$;
