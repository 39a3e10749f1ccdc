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

-- keys: of foreign and unique keys alone
SELECT '', m.name, printf('%06d', k.id), k."from", '', k."table", coalesce(k."to", ''), k.seq, 'foreign'
FROM sqlite_master AS m
JOIN pragma_foreign_key_list(m.name) AS k
WHERE m.type = 'table'
  AND m.name IN (:names)
UNION ALL
SELECT '', m.name, l.name, i.name, '', '', '', i.seqno, 'unique'
FROM sqlite_master AS m
JOIN pragma_index_list(m.name) AS l
JOIN pragma_index_info(l.name) AS i
WHERE m.type = 'table'
  AND m.name IN (:names)
  AND l."unique"
  AND l.origin <> 'pk'
  AND NOT l.partial;
