-- The audit log stays append-only, but that an erased person is named in it no more: only subject and details change.
DROP TRIGGER audit_is_append_only;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
WHEN NEW.seq != OLD.seq OR NEW.time != OLD.time OR NEW.actor != OLD.actor OR NEW.action != OLD.action
    OR (NEW.subject != OLD.subject AND NEW.subject != 'erased')
    OR (NEW.details != OLD.details AND instr(NEW.details, '{address}') = 0)
BEGIN
    SELECT RAISE (ABORT, 'the audit log is append-only');
END;
