-- What a current document is on a day (domain 1.10 MG-06). Twin of documents/validity.py; a test holds them together.
CREATE OR REPLACE FUNCTION document_validity(effective_from date, expires_on date, abolished_on date, amended_on date,
                                             day date) RETURNS text
LANGUAGE sql IMMUTABLE AS $f$
  SELECT CASE WHEN abolished_on <= day THEN 'abolished'
              WHEN expires_on <= day THEN 'expired'
              WHEN effective_from > day THEN 'not_yet'
              WHEN amended_on <= day THEN 'amended'
              ELSE 'in_force' END
$f$;
