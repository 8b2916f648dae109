-- Logs: one row for each event or part of one, as it came; only ever appended to.
CREATE SCHEMA IF NOT EXISTS log;
CREATE TABLE IF NOT EXISTS log.offsets (topic VARCHAR, log_partition INTEGER, next_offset BIGINT);
CREATE TABLE IF NOT EXISTS log.refused (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, topic VARCHAR, reason VARCHAR, detail VARCHAR);
CREATE TABLE IF NOT EXISTS log.dead_letters (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, topic VARCHAR, origin_partition INTEGER, origin_offset BIGINT, key VARCHAR, signer VARCHAR, reason VARCHAR, detail VARCHAR);
CREATE TABLE IF NOT EXISTS log.accepted (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, requester VARCHAR, model_id VARCHAR, prompt_length INTEGER, max_tokens INTEGER, temperature DOUBLE, top_k INTEGER, top_p DOUBLE, checkers INTEGER, price BIGINT, escrow BIGINT);
ALTER TABLE log.accepted ADD COLUMN IF NOT EXISTS handovers INTEGER DEFAULT 0;
CREATE TABLE IF NOT EXISTS log.challenges (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, segment INTEGER, round INTEGER, part INTEGER, positions INTEGER);
ALTER TABLE log.challenges ADD COLUMN IF NOT EXISTS prompt_length INTEGER;
ALTER TABLE log.challenges ADD COLUMN IF NOT EXISTS temperature DOUBLE;
ALTER TABLE log.challenges ADD COLUMN IF NOT EXISTS top_k INTEGER;
ALTER TABLE log.challenges ADD COLUMN IF NOT EXISTS top_p DOUBLE;
CREATE TABLE IF NOT EXISTS log.roster (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, segment INTEGER, task_id VARCHAR, worker VARCHAR, role VARCHAR, round INTEGER, committed BOOLEAN);
CREATE TABLE IF NOT EXISTS log.votes (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, segment INTEGER, round INTEGER, task_id VARCHAR, worker VARCHAR, decision VARCHAR, reason VARCHAR);
CREATE TABLE IF NOT EXISTS log.verdicts (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, segment INTEGER, round INTEGER, outcome VARCHAR, is_last BOOLEAN, reason VARCHAR, epoch BIGINT, policy VARCHAR, calibration_id VARCHAR, tests VARCHAR[], positions_opened INTEGER, positions INTEGER, not_checked VARCHAR[]);
CREATE TABLE IF NOT EXISTS log.members (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, segment INTEGER, task_id VARCHAR, worker VARCHAR, role VARCHAR, round INTEGER, decision VARCHAR, reason VARCHAR);
ALTER TABLE log.members ADD COLUMN IF NOT EXISTS handover BOOLEAN DEFAULT false;
CREATE TABLE IF NOT EXISTS log.flags (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, request_id VARCHAR, kind VARCHAR, cheat VARCHAR, duty_epoch BIGINT);
CREATE TABLE IF NOT EXISTS log.duties (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, duty_epoch BIGINT, worker VARCHAR, owed INTEGER);
CREATE TABLE IF NOT EXISTS log.scores (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, scoring_epoch BIGINT, worker VARCHAR, cases INTEGER, rejects INTEGER, score BIGINT, paid BIGINT, carried BOOLEAN);
CREATE TABLE IF NOT EXISTS log.transfers (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, transfer_id VARCHAR, kind VARCHAR, request_id VARCHAR, segment INTEGER, command_offset BIGINT, account VARCHAR, amount BIGINT, note VARCHAR);
CREATE TABLE IF NOT EXISTS log.balances (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, account VARCHAR, balance BIGINT, command_offset BIGINT);
CREATE TABLE IF NOT EXISTS log.workers (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, worker VARCHAR, operator VARCHAR);
CREATE TABLE IF NOT EXISTS log.readiness (log_partition INTEGER, log_offset BIGINT, log_time TIMESTAMP, worker VARCHAR, ready BOOLEAN, profile VARCHAR, models VARCHAR[]);

-- Views: what analysts ask, always the latest.
CREATE OR REPLACE VIEW verdicts AS
SELECT request_id, segment, round, outcome, is_last, reason, policy, calibration_id, tests, not_checked,
       positions_opened, positions, epoch, log_time AS time
FROM log.verdicts
QUALIFY row_number() OVER (PARTITION BY request_id, segment ORDER BY log_offset DESC) = 1;

CREATE OR REPLACE VIEW case_members AS
SELECT m.request_id, m.segment, m.task_id, m.worker, m.role, m.round, m.decision, m.reason, m.handover
FROM log.members m
SEMI JOIN (SELECT log_partition, max(log_offset) AS log_offset FROM log.verdicts
           GROUP BY log_partition, request_id, segment) v
  USING (log_partition, log_offset);

-- Refused requests never reach a public topic: their dead letters, or the ledger's refusal, tell of them.
CREATE OR REPLACE VIEW requests AS
WITH admitted AS (
  SELECT * FROM log.accepted
  QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY log_offset) = 1),
-- Hidden until the challenge.
shown AS (
  SELECT * FROM log.challenges WHERE prompt_length IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY log_offset) = 1),
decided AS (
  SELECT request_id, max(time) AS decided_at, bool_and(is_last) AS is_last, count(*)::INTEGER AS segments,
         arg_min(outcome, list_position(['REJECTED', 'EXPIRED', 'INCONCLUSIVE', 'ACCEPTED'], outcome)) AS outcome
  FROM verdicts GROUP BY request_id),
turned_away AS (
  SELECT key AS request_id, upper(replace(reason, '-', '_')) AS reason, origin_partition AS shard, log_time FROM log.dead_letters
  WHERE topic LIKE '%.requests.%' AND length(key) = 36
  UNION ALL
  SELECT request_id, 'ESCROW_DENIED', NULL, log_time FROM log.transfers WHERE kind = 'denied' AND request_id <> ''),
refused AS (
  SELECT * FROM turned_away ANTI JOIN admitted USING (request_id)
  QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY log_time) = 1)
SELECT a.request_id,
       CASE WHEN v.outcome IS NULL THEN 'RUNNING' WHEN v.is_last THEN 'FINAL' ELSE 'DECIDED' END AS state,
       v.outcome, NULL AS reason, a.log_partition AS shard, a.requester, a.model_id,
       coalesce(a.prompt_length, s.prompt_length) AS prompt_length, a.max_tokens,
       coalesce(a.temperature, s.temperature) AS temperature, coalesce(a.top_k, s.top_k) AS top_k,
       coalesce(a.top_p, s.top_p) AS top_p, a.checkers, a.handovers, v.segments, a.price, a.escrow, a.log_time AS accepted_at, v.decided_at
FROM admitted a LEFT JOIN decided v USING (request_id) LEFT JOIN shown s USING (request_id)
UNION ALL BY NAME
SELECT request_id, 'REFUSED' AS state, reason, shard, log_time AS decided_at FROM refused;

CREATE OR REPLACE VIEW votes AS
SELECT request_id, segment, round, task_id, worker, decision, reason, log_time AS time
FROM log.votes;

CREATE OR REPLACE VIEW cases AS
WITH authors AS (
  SELECT request_id, segment, arg_max(worker, attempt) AS author
  FROM (SELECT request_id, segment, worker, committed::INTEGER AS attempt FROM log.roster WHERE role = 'AUTHOR'
        UNION ALL
        SELECT request_id, segment, worker, -1 AS attempt FROM log.members WHERE role = 'AUTHOR')
  GROUP BY request_id, segment),
challenged AS (
  SELECT request_id, segment, max(round) AS round, min(log_time) AS challenged_at
  FROM log.challenges GROUP BY request_id, segment),
counted AS (
  SELECT request_id, segment,
         count(*) FILTER (decision = 'ACCEPT') AS accepts,
         count(*) FILTER (decision = 'REJECT') AS rejects,
         count(*) FILTER (decision = 'UNSURE') AS unsure,
         count(*) FILTER (decision IN ('MISSING', 'SILENT', 'FAULT') AND role = 'CHECKER') AS faults
  FROM case_members GROUP BY request_id, segment)
SELECT a.request_id, a.segment, a.author, coalesce(v.round, c.round) AS round, v.outcome,
       CASE WHEN v.is_last THEN 'FINAL' WHEN v.outcome IS NOT NULL THEN 'DECIDED' ELSE 'CHALLENGED' END AS state,
       n.accepts, n.rejects, n.unsure, n.faults, v.positions_opened, v.positions, c.challenged_at, v.time AS decided_at
FROM authors a
LEFT JOIN challenged c USING (request_id, segment)
LEFT JOIN verdicts v USING (request_id, segment)
LEFT JOIN counted n USING (request_id, segment);

-- Requests that workers planted, as they opened them; what did not count has the reason in refused.
CREATE OR REPLACE VIEW flags AS
SELECT f.request_id, f.kind, f.cheat, c.author AS sentinel, c.outcome, f.duty_epoch, f.log_partition AS shard,
       d.reason AS refused, f.log_time AS time
FROM log.flags f
LEFT JOIN cases c ON c.request_id = f.request_id AND c.segment = 0
LEFT JOIN log.dead_letters d
  ON d.topic LIKE '%.flags.%' AND d.origin_partition = f.log_partition AND d.origin_offset = f.log_offset;

-- What workers proved that they owed; what they lost for flags that they did not open are transfers of kind duty.
CREATE OR REPLACE VIEW duties AS
SELECT log_partition AS shard, duty_epoch, worker, owed, log_time AS time
FROM log.duties;

CREATE OR REPLACE VIEW scores AS
SELECT scoring_epoch, worker, cases, rejects, score, paid, carried, log_time AS time
FROM log.scores;

CREATE OR REPLACE VIEW transfers AS
SELECT transfer_id, kind, request_id, segment, account, amount, note, command_offset,
       log_offset AS transfer_offset, log_time AS time
FROM log.transfers;

CREATE OR REPLACE VIEW balances AS
SELECT account, balance, command_offset, log_time AS time
FROM log.balances
QUALIFY row_number() OVER (PARTITION BY account ORDER BY log_offset DESC) = 1;

-- Every record that did not count: the apps' dead letters, and what the tables themselves passed over.
CREATE OR REPLACE VIEW refused AS
SELECT topic, origin_partition AS log_partition, origin_offset AS log_offset, key, signer, reason, detail, log_time AS time
FROM log.dead_letters
UNION ALL BY NAME
SELECT topic, log_partition, log_offset, reason, detail, log_time AS time
FROM log.refused;

CREATE OR REPLACE VIEW workers AS
WITH registered AS (
  SELECT worker, arg_max(operator, log_offset) AS operator FROM log.workers GROUP BY worker),
readiness AS (
  SELECT * FROM log.readiness QUALIFY row_number() OVER (PARTITION BY worker ORDER BY log_offset DESC) = 1),
cases_of AS (
  SELECT m.worker,
         count(*) FILTER (m.role = 'AUTHOR') AS cases_as_author,
         count(*) FILTER (m.role = 'CHECKER') AS cases_as_checker,
         count(*) FILTER (m.handover) AS cases_as_next_author,
         count(*) FILTER (m.role = 'AUTHOR' AND v.outcome = 'ACCEPTED') AS accepted_as_author,
         count(*) FILTER (m.role = 'AUTHOR' AND v.outcome = 'REJECTED') AS rejected_as_author,
         count(*) FILTER (m.role = 'CHECKER' AND m.decision IN ('MISSING', 'SILENT', 'FAULT')) AS faults_as_checker
  FROM case_members m JOIN verdicts v USING (request_id, segment) GROUP BY m.worker),
scored AS (
  SELECT worker, sum(score) FILTER (NOT carried)::BIGINT AS score FROM log.scores GROUP BY worker),
moved AS (
  SELECT split_part(account, ':', 2) AS worker,
         coalesce(sum(amount) FILTER (account LIKE 'worker:%' AND amount > 0), 0)::BIGINT AS paid,
         coalesce(-sum(amount) FILTER (kind = 'settle' AND account NOT LIKE 'worker:%'), 0)::BIGINT AS slashed
  FROM log.transfers
  WHERE account LIKE 'worker:%' OR account LIKE 'stake:%' OR account LIKE 'locked:%'
  GROUP BY ALL),
held AS (
  SELECT split_part(account, ':', 2) AS worker,
         sum(balance) FILTER (account LIKE 'worker:%')::BIGINT AS earnings,
         sum(balance) FILTER (account LIKE 'stake:%')::BIGINT AS stake,
         sum(balance) FILTER (account LIKE 'locked:%')::BIGINT AS locked,
         sum(balance)::BIGINT AS balance
  FROM balances
  WHERE account LIKE 'worker:%' OR account LIKE 'stake:%' OR account LIKE 'locked:%'
  GROUP BY ALL)
SELECT w.worker, w.operator, coalesce(r.ready, false) AS ready, r.profile, r.models,
       coalesce(c.cases_as_author, 0) AS cases_as_author,
       coalesce(c.cases_as_checker, 0) AS cases_as_checker,
       coalesce(c.cases_as_next_author, 0) AS cases_as_next_author,
       coalesce(c.accepted_as_author, 0) AS accepted_as_author,
       coalesce(c.rejected_as_author, 0) AS rejected_as_author,
       coalesce(c.faults_as_checker, 0) AS faults_as_checker,
       coalesce(s.score, 0) AS score, coalesce(m.paid, 0) AS paid, coalesce(m.slashed, 0) AS slashed,
       coalesce(h.earnings, 0) AS earnings, coalesce(h.stake, 0) AS stake, coalesce(h.locked, 0) AS locked,
       coalesce(h.balance, 0) AS balance
FROM registered w
LEFT JOIN readiness r USING (worker)
LEFT JOIN cases_of c USING (worker)
LEFT JOIN scored s USING (worker)
LEFT JOIN moved m USING (worker)
LEFT JOIN held h USING (worker);
