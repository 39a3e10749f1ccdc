-- relations: table, kind, and whether it is virtual
SELECT name, type, coalesce(sql, '') LIKE 'CREATE VIRTUAL TABLE%'
FROM sqlite_master
WHERE type IN ('table', 'view');

-- columns: as in the other engines, and the place in the primary key. Hidden columns are commands, not data.
SELECT '', m.name, c.name, c.type, c.type, NOT c."notnull", '', c.cid, c.pk
FROM sqlite_master AS m
JOIN pragma_table_xinfo(m.name) AS c
WHERE m.type IN ('table', 'view')
  AND m.name IN (:names)
  AND c.hidden <> 1;

-- keys: of foreign keys alone
SELECT '', m.name, printf('%06d', k.id), k."from", '', k."table", coalesce(k."to", ''), k.seq
FROM sqlite_master AS m
JOIN pragma_foreign_key_list(m.name) AS k
WHERE m.type = 'table'
  AND m.name IN (:names);
