"""The store of the cloud functions: recipients as items of DynamoDB, everything else as objects of S3.

See `docs/explanation/cloud-store.md` for the whole picture, and `store` for the class.
"""
