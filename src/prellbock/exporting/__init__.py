"""Suppressions, decisions and responses as files: in a directory, in S3, or on an SFTP server, on a schedule."""
