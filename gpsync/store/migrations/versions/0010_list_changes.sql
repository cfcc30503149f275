-- The whole group that a mismatch is about, by the evidence that shows it. Blank until the next reconciliation.
ALTER TABLE mismatch ADD COLUMN members JSONB NOT NULL DEFAULT '{}';

-- Which performers list has been compared with which.
CREATE TABLE list_comparison (
    list_id TEXT NOT NULL,
    predecessor_id TEXT NOT NULL,
    compared_on DATE NOT NULL,
    CONSTRAINT list_comparison_pkey PRIMARY KEY (list_id),
    CONSTRAINT list_comparison_list_id_fkey FOREIGN KEY (list_id) REFERENCES extract (extract_id),
    CONSTRAINT list_comparison_predecessor_id_fkey FOREIGN KEY (predecessor_id) REFERENCES extract (extract_id)
);

-- Changes between two lists that nobody has approved and nobody has put right. A blank kind is none.
CREATE TABLE list_change (
    list_id TEXT NOT NULL,
    gmc_number TEXT NOT NULL,
    practice_code TEXT NOT NULL,
    change TEXT NOT NULL,
    kind TEXT NOT NULL,
    was TEXT NOT NULL,
    changed_on DATE NOT NULL,
    or_on DATE,
    CONSTRAINT list_change_pkey PRIMARY KEY (list_id, gmc_number, practice_code, change, kind),
    CONSTRAINT list_change_list_id_fkey FOREIGN KEY (list_id) REFERENCES extract (extract_id)
);

-- Lists that a reconciliation has seen count as compared: it has judged the newest of them, and what it passed over
-- in earlier nights may have been put right since.
INSERT INTO list_comparison
SELECT list_id, predecessor_id, as_of FROM (
    SELECT extract_id AS list_id, as_of, lag(extract_id) OVER (ORDER BY as_of, kind) AS predecessor_id
    FROM extract
    WHERE dataset = 'performers_list' AND outcome IN ('accepted', 'accepted_with_warnings')
      AND columns @> ARRAY['practice_code', 'assignment_start_date', 'assignment_end_date', 'performer_type']
      AND loaded_at <= (
          SELECT max(started_at) FROM run WHERE flow = 'performer_reconcile' AND outcome IN ('done', 'attention')
      )
      AND as_of <= (SELECT max(as_of) FROM run WHERE flow = 'performer_reconcile' AND outcome IN ('done', 'attention'))
) pair WHERE predecessor_id IS NOT NULL;

-- Changes without approval that stand go on standing.
INSERT INTO list_change
SELECT list_id, gmc_number, practice_code, change, kind, '', changed_on, changed_on FROM (
    SELECT (SELECT extract_id FROM extract
            WHERE dataset = 'performers_list' AND outcome IN ('accepted', 'accepted_with_warnings')
              AND as_of <= m.last_seen
            ORDER BY as_of DESC, kind DESC LIMIT 1) AS list_id,
           gmc_number, practice_code, evidence ->> 'change' AS change, coalesce(evidence ->> 'kind', '') AS kind,
           (evidence ->> 'list_date')::date AS changed_on
    FROM mismatch m
    WHERE code = 'APPLIED_WITHOUT_APPROVAL' AND state IN ('NEW', 'OPEN', 'REOPENED', 'ACKNOWLEDGED')
      AND evidence ? 'change' AND evidence ? 'list_date' AND gmc_number IS NOT NULL AND practice_code IS NOT NULL
) standing WHERE list_id IS NOT NULL;
