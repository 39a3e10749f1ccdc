-- relations: schema, table, kind, comment
SELECT CASE WHEN schema_name = current_schema() THEN '' ELSE schema_name END, table_name, 'table', coalesce(comment, '')
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND schema_name IN (:schemas)
UNION ALL
SELECT CASE WHEN schema_name = current_schema() THEN '' ELSE schema_name END, view_name, 'view', coalesce(comment, '')
FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND schema_name IN (:schemas);

-- columns: schema, table, column, type, family, nullable, comment, place
SELECT
  CASE WHEN schema_name = current_schema() THEN '' ELSE schema_name END,
  table_name,
  column_name,
  data_type,
  CASE
    WHEN data_type LIKE '%]' THEN 'array'
    WHEN data_type IN ('BIT', 'VARIANT') THEN 'other'
    ELSE split_part(data_type, '(', 1)
  END,
  is_nullable,
  coalesce(comment, ''),
  column_index
FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal AND schema_name IN (:schemas);

-- keys: schema, table, key, column, target schema, target, target column, place, kind. Only a foreign key has a target.
SELECT
  CASE WHEN schema_name = current_schema() THEN '' ELSE schema_name END,
  table_name,
  constraint_name,
  part.own,
  CASE WHEN constraint_type <> 'FOREIGN KEY' OR schema_name = current_schema() THEN '' ELSE schema_name END,
  coalesce(referenced_table, ''),
  coalesce(part.target, ''),
  part.place,
  lower(split_part(constraint_type, ' ', 1))
FROM (
  SELECT
    *,
    unnest(list_transform(
      constraint_column_names,
      lambda name, place: {own: name, target: referenced_column_names[place], place: place}
    )) AS part
  FROM duckdb_constraints()
  WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
    AND database_name = current_database()
    AND schema_name IN (:schemas)
);
