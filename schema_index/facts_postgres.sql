-- relations: schema, table, kind, comment. Partitions are left out: the partitioned table holds their rows.
SELECT
  CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname END,
  c.relname,
  CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
  coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname IN (:schemas)
  AND has_schema_privilege(n.oid, 'USAGE')
  AND has_any_column_privilege(c.oid, 'SELECT')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  );

-- columns: schema, table, column, type, family, nullable, comment, place. A domain has the family of its base type.
SELECT
  CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname END,
  c.relname,
  a.attname,
  format_type(a.atttypid, a.atttypmod),
  CASE
    WHEN 'e' IN (t.typtype, b.typtype) THEN 'enum'
    WHEN 'A' IN (t.typcategory, b.typcategory) THEN 'array'
    WHEN 'V' IN (t.typcategory, b.typcategory) OR 'c' IN (t.typtype, b.typtype) THEN 'other'
    WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
    ELSE format_type(a.atttypid, a.atttypmod)
  END,
  NOT a.attnotnull,
  coalesce(col_description(a.attrelid, a.attnum), ''),
  a.attnum
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname IN (:schemas)
  AND has_column_privilege(a.attrelid, a.attnum, 'SELECT');

-- keys: schema, table, key, column, target schema, target, target column, place, kind. Only a foreign key has a target.
SELECT
  CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname END,
  c.relname,
  k.conname,
  a.attname,
  CASE WHEN rn.nspname = current_schema() THEN '' ELSE coalesce(rn.nspname, '') END,
  coalesce(r.relname, ''),
  coalesce(ra.attname, ''),
  part.place,
  CASE k.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' ELSE 'foreign' END
FROM pg_catalog.pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS part (own, target, place)
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.own
LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_attribute ra ON ra.attrelid = k.confrelid AND ra.attnum = part.target
WHERE k.contype IN ('p', 'u', 'f')
  AND NOT c.relispartition
  AND n.nspname IN (:schemas);
