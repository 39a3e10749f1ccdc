-- relations: schema, table, kind, comment
SELECT
  CASE WHEN table_schema = DATABASE() THEN '' ELSE table_schema END,
  table_name,
  CASE WHEN table_type = 'VIEW' THEN 'view' ELSE 'table' END,
  CASE WHEN table_type = 'VIEW' THEN '' ELSE table_comment END
FROM information_schema.tables
WHERE table_schema IN (:schemas)
  AND table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
  AND table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED');

-- columns: schema, table, column, type, family, nullable, comment, place. BOOLEAN is kept as TINYINT(1).
SELECT
  CASE WHEN table_schema = DATABASE() THEN '' ELSE table_schema END,
  table_name,
  column_name,
  column_type,
  CASE WHEN column_type IN ('tinyint(1)', 'bit(1)') THEN 'boolean' ELSE data_type END,
  is_nullable = 'YES',
  column_comment,
  ordinal_position
FROM information_schema.columns
WHERE table_schema IN (:schemas)
  AND FIND_IN_SET('select', privileges);

-- keys: schema, table, key, column, target schema, target, target column, place, kind. Only a foreign key has a target.
SELECT
  CASE WHEN table_schema = DATABASE() THEN '' ELSE table_schema END,
  table_name,
  constraint_name,
  column_name,
  CASE WHEN referenced_table_schema = DATABASE() THEN '' ELSE COALESCE(referenced_table_schema, '') END,
  COALESCE(referenced_table_name, ''),
  COALESCE(referenced_column_name, ''),
  ordinal_position,
  CASE
    WHEN referenced_table_name IS NOT NULL THEN 'foreign'
    WHEN constraint_name = 'PRIMARY' THEN 'primary'
    ELSE 'unique'
  END
FROM information_schema.key_column_usage
WHERE table_schema IN (:schemas);
