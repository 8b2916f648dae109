"""Evaluates the planned policies of `artifacts` with requests of our clients, which must pass, and with others, which must not.

The rules are IAM's: a request passes if some statement allows it and none denies it. An operator is false of a key that is absent, but
for `Null`, those that end in `IfExists`, and negated ones, which are true of it. S3's condition keys hold what the request says itself, before
a bucket's default encryption.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

BUCKET = "arn:aws:s3:::verillm-mock"
ENCRYPTION, KEY = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm"
OTHER_KEY = "arn:aws:kms:eu-central-1:111122223333:key/another"
# As S3Folder, MultipartUpload, CheckpointBucket and ModelBucket of infra/aws write: with If-None-Match, and without a word of encryption.
CREATED = {"s3:ObjectCreationOperation": "true", "s3:if-none-match": "*"}
PART = {"s3:ObjectCreationOperation": "false"}
# As the module's first test names it.
SMALL = "1" * 64
PLAIN = {"s3:ObjectCreationOperation": "true"}


@dataclass(frozen=True)
class Request:
    """What somebody with the identity policy `who` (or `administrator`, who has every right) asks of a bucket, or of what `of` names."""

    passes: bool
    what: str
    who: str
    bucket: str
    action: str
    key: str | None = None
    context: dict[str, str] = field(default_factory=dict)
    of: str | None = None


def requests(our_key: str) -> list[Request]:
    def put(passes: bool, what: str, bucket: str, context: dict[str, str], who: str = "administrator") -> Request:
        return Request(passes, what, who, bucket, "s3:PutObject", "w-01/a", context)

    encryptions = [
        (True, "our key by name", {ENCRYPTION: "aws:kms", KEY: our_key}),
        (False, "another key", {ENCRYPTION: "aws:kms", KEY: OTHER_KEY}),
        (False, "another key alone", {KEY: OTHER_KEY}),
        (False, "S3's own keys", {ENCRYPTION: "AES256"}),
        (False, "AWS's key for S3", {ENCRYPTION: "aws:kms"}),
        (False, "a key of the caller's", {CUSTOMER: "AES256"}),
    ]
    return [
        put(True, "evidence as S3Folder writes it", "evidence", CREATED, "worker-w-01"),
        put(True, "a part of evidence as MultipartUpload writes it", "evidence", PART, "worker-w-01"),
        put(False, "evidence of another worker", "evidence", CREATED, "worker-w-02"),
        Request(True, "own evidence read", "worker-w-01", "evidence", "s3:GetObject", "w-01/a"),
        Request(False, "another's evidence read", "worker-w-02", "evidence", "s3:GetObject", "w-01/a"),
        Request(True, "own evidence deleted", "worker-w-01", "evidence", "s3:DeleteObject", "w-01/a"),
        Request(True, "own evidence listed", "worker-w-01", "evidence", "s3:ListBucket", None, {"s3:prefix": "w-01/"}),
        Request(False, "another's evidence listed", "worker-w-01", "evidence", "s3:ListBucket", None, {"s3:prefix": "w-02/"}),
        Request(False, "all evidence listed", "worker-w-01", "evidence", "s3:ListBucket"),
        put(True, "a checkpoint as CheckpointBucket writes it", "checkpoints", CREATED, "publisher"),
        put(False, "a checkpoint written over", "checkpoints", PLAIN, "publisher"),
        put(False, "a checkpoint written over by an administrator", "checkpoints", PLAIN),
        Request(False, "a checkpoint deleted", "administrator", "checkpoints", "s3:DeleteObject", "1"),
        Request(False, "a version of a checkpoint deleted", "administrator", "checkpoints", "s3:DeleteObjectVersion", "1"),
        Request(False, "a lock cut short", "administrator", "checkpoints", "s3:BypassGovernanceRetention", "1"),
        Request(True, "a checkpoint read by an auditor", "reader", "checkpoints", "s3:GetObject", "1"),
        Request(True, "checkpoints listed by an auditor", "reader", "checkpoints", "s3:ListBucket"),
        put(False, "a checkpoint by an auditor", "checkpoints", CREATED, "reader"),
        put(True, "a model as ModelBucket writes it", "models", CREATED),
        put(True, "a part of a model as MultipartUpload writes it", "models", PART),
        put(False, "a model written over by an administrator", "models", PLAIN),
        put(False, "a model by a worker that serves it", "models", CREATED, "model-small"),
        Request(True, "the model that one serves read", "model-small", "models", "s3:GetObject", f"{SMALL}/config.json"),
        Request(True, "the model that one serves listed", "model-small", "models", "s3:ListBucket", None, {"s3:prefix": f"{SMALL}/"}),
        Request(False, "another model read", "model-large", "models", "s3:GetObject", f"{SMALL}/config.json"),
        Request(False, "another model listed", "model-large", "models", "s3:ListBucket", None, {"s3:prefix": f"{SMALL}/"}),
        Request(False, "all models listed", "model-small", "models", "s3:ListBucket"),
        Request(False, "a model deleted", "administrator", "models", "s3:DeleteObject", f"{SMALL}/config.json"),
        Request(False, "a version of a model deleted", "administrator", "models", "s3:DeleteObjectVersion", f"{SMALL}/config.json"),
        Request(True, "what one's own flags ask", "worker-w-01", "packages", "s3:GetObject", "flags/w-01/prompts.jsonl"),
        Request(False, "what another's flags ask", "worker-w-02", "packages", "s3:GetObject", "flags/w-01/prompts.jsonl"),
        Request(False, "what flags ask, written by a worker", "worker-w-01", "packages", "s3:PutObject", "flags/w-01/prompts.jsonl", PLAIN),
        Request(False, "another package read by a worker", "worker-w-01", "packages", "s3:GetObject", "intake.zip"),
        put(True, "a package by `aws s3 cp`", "packages", PLAIN),
        put(False, "plain HTTP", "packages", PLAIN | {"aws:SecureTransport": "false"}),
        Request(True, "a data key for S3", "worker-w-01", "evidence", "kms:GenerateDataKey", None, {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}, our_key),
        Request(False, "a data key for the worker itself", "worker-w-01", "evidence", "kms:GenerateDataKey", None, {}, our_key),
        Request(False, "a data key for a file system", "worker-w-01", "evidence", "kms:GenerateDataKey", None, {"kms:ViaService": "elasticfilesystem.eu-central-1.amazonaws.com"}, our_key),
        Request(True, "a model decrypted by S3", "model-small", "models", "kms:Decrypt", None, {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}, our_key),
        Request(False, "anything decrypted by who serves a model", "model-small", "models", "kms:Decrypt", None, {}, our_key),
    ] + [
        put(passes, f"{what} into {bucket}", bucket, CREATED | context)
        for bucket in ("evidence", "checkpoints", "models", "packages")
        for passes, what, context in encryptions
    ]


def findings(plan: dict) -> list[str]:
    """What a plan's policies answer otherwise than they should."""
    planned = list(_resources(plan))
    buckets = {index: json.loads(values["policy"])["Statement"] for kind, index, values in planned if kind == "aws_s3_bucket_policy"}
    identities = {index: json.loads(values["policy"])["Statement"] for kind, index, values in planned if kind == "aws_iam_policy"}
    identities["administrator"] = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    our_key = next(values["arn"] for kind, _, values in planned if kind == "aws_kms_key")
    found = []
    for request in requests(our_key):
        resource = request.of or (BUCKET if request.key is None else f"{BUCKET}/{request.key}")
        statements = buckets[request.bucket] + identities[request.who]
        passed = allowed(statements, request.action, resource, {"aws:SecureTransport": "true"} | request.context)
        if passed != request.passes:
            found.append(f"{request.what} ({request.who}, {request.bucket}) {'passes' if passed else 'is refused'}")
    return found


def allowed(statements: list[dict], action: str, resource: str, context: dict[str, str]) -> bool:
    effects = [statement["Effect"] for statement in statements if _applies(statement, action, resource, context)]
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: dict, action: str, resource: str, context: dict[str, str]) -> bool:
    return (
        any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _list(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in _list(statement["Resource"]))
        and all(
            _holds(operator, context.get(key), _list(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, value: str | None, wanted: list[str]) -> bool:
    if operator == "Null":
        return wanted == [str(value is None).lower()]
    plain = operator.removesuffix("IfExists")
    negated = "Not" in plain
    if value is None:
        return negated or plain != operator
    match plain.replace("Not", ""):
        case "StringEquals" | "ArnEquals" | "Bool":
            return (value in wanted) != negated
        case "StringLike" | "ArnLike":
            return any(fnmatchcase(value, pattern) for pattern in wanted) != negated
    raise ValueError(f"the condition operator {operator} is not known here")


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _resources(plan: dict) -> Iterator[tuple[str, str | int | None, dict]]:
    for change in plan["resource_changes"]:
        yield change["type"], change.get("index"), change["change"]["after"]
