/**
 * A message is visible while `visible_at` is not in the future, so a delay, a visibility timeout and their end
 * need no change of state and no clock: time alone makes the row come up in the index that receives read.
 *
 * `sequence` gives FIFO order and is never reused, which makes (sequence, receive_count) a receipt. A dead-lettered
 * message keeps its row; `receives_here` starts again in the new queue while `receive_count`, the one shown, continues.
 *
 * A row of `sqs_group` exists for each group of a FIFO queue that has messages: `available_at` is when the group
 * may be received from, which is in the future while a message of it is delayed or in flight.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS sqs_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  attributes TEXT NOT NULL,
  tags TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  purged_at INTEGER
);
CREATE TABLE IF NOT EXISTS sqs_deleted_queue (name TEXT PRIMARY KEY, deleted_at INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS sqs_message (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  queue INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receive_count INTEGER NOT NULL DEFAULT 0,
  receives_here INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER NOT NULL,
  first_received_at INTEGER,
  received_at INTEGER,
  fifo INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  group_id TEXT,
  deduplication_id TEXT,
  source_arn TEXT,
  trace_header TEXT,
  attributes TEXT,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sqs_message_visible ON sqs_message (queue, visible_at, receive_count);
CREATE INDEX IF NOT EXISTS sqs_message_age ON sqs_message (queue, sent_at);
CREATE INDEX IF NOT EXISTS sqs_message_group ON sqs_message (queue, group_id, sequence) WHERE fifo = 1;
CREATE INDEX IF NOT EXISTS sqs_message_group_flight ON sqs_message (queue, group_id, visible_at)
  WHERE fifo = 1 AND receive_count > 0;
CREATE INDEX IF NOT EXISTS sqs_message_tenant ON sqs_message (queue, group_id, visible_at)
  WHERE fifo = 0 AND group_id IS NOT NULL AND receive_count > 0;

CREATE TABLE IF NOT EXISTS sqs_group (
  queue INTEGER NOT NULL,
  group_id TEXT NOT NULL,
  available_at INTEGER NOT NULL,
  PRIMARY KEY (queue, group_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_group_available ON sqs_group (queue, available_at);

CREATE TABLE IF NOT EXISTS sqs_deduplication (
  queue INTEGER NOT NULL,
  scope TEXT NOT NULL,
  deduplication_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (queue, scope, deduplication_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_deduplication_expiry ON sqs_deduplication (queue, expires_at);

CREATE TABLE IF NOT EXISTS sqs_receive_attempt (
  queue INTEGER NOT NULL,
  id TEXT NOT NULL,
  taken TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (queue, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_receive_attempt_expiry ON sqs_receive_attempt (queue, expires_at);

CREATE TABLE IF NOT EXISTS sqs_move_task (
  handle TEXT PRIMARY KEY,
  source_arn TEXT NOT NULL,
  destination_arn TEXT,
  rate INTEGER,
  status TEXT NOT NULL,
  moved INTEGER NOT NULL,
  to_move INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  failure TEXT,
  started_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sqs_move_task_source ON sqs_move_task (source_arn, started_at);
`;
