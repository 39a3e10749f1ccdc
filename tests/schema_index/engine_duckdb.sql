CREATE SCHEMA sales;
CREATE SCHEMA "odd ""Schema"" größe";
CREATE TYPE mood AS ENUM ('calm', 'date');

CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country VARCHAR,
  referred_by INTEGER REFERENCES customers (id)
);
COMMENT ON TABLE customers IS 'Who buys.';
COMMENT ON COLUMN customers.country IS 'Where they live.';
INSERT INTO customers VALUES (1, 'Ada Blum', 'Germany', NULL), (2, 'Bo Lind', 'Sweden', NULL), (3, 'Cy Roth', 'Germany', NULL);

CREATE TABLE sales.orders (
  region VARCHAR,
  number INTEGER,
  customer_id INTEGER NOT NULL,
  ordered_at TIMESTAMP WITH TIME ZONE,
  total DECIMAL(10, 2),
  mood mood,
  parts STRUCT(made DATE),
  tags VARCHAR[],
  PRIMARY KEY (region, number)
);
INSERT INTO sales.orders VALUES ('EU', 1, 1, '2024-05-06 07:08:09+00', 12.50, 'calm', NULL, ['a']);

CREATE TABLE sales.lines (
  line INTEGER PRIMARY KEY,
  order_number INTEGER,
  order_region VARCHAR,
  FOREIGN KEY (order_region, order_number) REFERENCES sales.orders (region, number)
);

CREATE TABLE "odd ""Schema"" größe"."Select, it's" (
  "a ""quoted"", name" TEXT PRIMARY KEY,
  "größe {0}" TEXT
);
INSERT INTO "odd ""Schema"" größe"."Select, it's" VALUES ('x', '日本');

CREATE TABLE visits (visited_on DATE NOT NULL, page TEXT);
INSERT INTO visits VALUES ('2024-02-03', 'front page');

CREATE VIEW german_customers AS SELECT id, name FROM customers WHERE country = 'Germany';
