CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country VARCHAR(40) COMMENT 'Where they live.',
  referred_by INTEGER,
  FOREIGN KEY (referred_by) REFERENCES customers (id)
) COMMENT 'Who buys.';
INSERT INTO customers VALUES (1, 'Ada Blum', 'Germany', NULL), (2, 'Bo Lind', 'Sweden', NULL), (3, 'Cy Roth', 'Germany', 1);

CREATE TABLE orders (
  region CHAR(2),
  number INTEGER,
  customer_id INTEGER NOT NULL,
  ordered_at TIMESTAMP NULL,
  total DECIMAL(10, 2),
  mood ENUM ('calm', 'date'),
  is_paid BOOLEAN,
  PRIMARY KEY (region, number),
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
INSERT INTO orders VALUES ('EU', 1, 1, '2024-05-06 07:08:09', 12.50, 'calm', TRUE);

CREATE TABLE `lines` (
  line INTEGER PRIMARY KEY,
  order_number INTEGER,
  order_region CHAR(2),
  FOREIGN KEY (order_region, order_number) REFERENCES orders (region, number)
);

CREATE TABLE `Select, it's` (`a ``quoted``, "name"` VARCHAR(20) PRIMARY KEY, `größe {0}` TEXT);
INSERT INTO `Select, it's` VALUES ('x', '日本');

CREATE TABLE visits (visited_on DATE NOT NULL, page TEXT)
PARTITION BY RANGE (YEAR(visited_on)) (PARTITION p2024 VALUES LESS THAN (2025), PARTITION later VALUES LESS THAN MAXVALUE);
INSERT INTO visits VALUES ('2024-02-03', 'front page');

CREATE VIEW german_customers AS SELECT id, name FROM customers WHERE country = 'Germany';
CREATE SEQUENCE numbers;
