data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id

  buckets = {
    evidence    = { locked = false, written_once = false }
    checkpoints = { locked = true, written_once = true }
    models      = { locked = false, written_once = true }
    packages    = { locked = false, written_once = false }
  }
}

################################################################################
# Encryption
################################################################################

locals {
  kms_key_arn = var.kms_key_arn != null ? var.kms_key_arn : aws_kms_key.this[0].arn
}

resource "aws_kms_key" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  description             = "Objects of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags

  # Evidence, checkpoints and models are unreadable without it.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  name          = "alias/${var.name}-artifacts"
  target_key_id = aws_kms_key.this[0].key_id
}

################################################################################
# Buckets
################################################################################

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket              = "${var.name}-${each.key}-${local.account}"
  object_lock_enabled = each.value.locked
  tags                = var.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      # A write names our key or says nothing of encryption, and then the bucket takes our key by itself. S3 judges what the request
      # says, before its own defaults, and a negated operator is true of a key that is absent: so each asks for presence first.
      {
        Sid       = "NoOtherKey"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = ["${aws_s3_bucket.this[each.key].arn}/*"]
        Condition = {
          Null            = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }
          StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = local.kms_key_arn }
        }
      },
      {
        # S3's own keys, and KMS with the key that AWS keeps for S3.
        Sid       = "NoEncryptionWithoutKey"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = ["${aws_s3_bucket.this[each.key].arn}/*"]
        Condition = {
          Null = {
            "s3:x-amz-server-side-encryption"                = "false"
            "s3:x-amz-server-side-encryption-aws-kms-key-id" = "true"
          }
        }
      },
      {
        Sid       = "NoKeyOfTheCallers"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = ["${aws_s3_bucket.this[each.key].arn}/*"]
        Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
      },
      ], [for statement in [
        {
          # What is published never changes: only a conditional write makes an object.
          Sid       = "OnlyOnce"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:PutObject"
          Resource  = ["${aws_s3_bucket.this[each.key].arn}/*"]
          Condition = {
            Null = { "s3:if-none-match" = "true" }
            Bool = { "s3:ObjectCreationOperation" = "true" }
          }
        },
        {
          # A marker would hide the newest checkpoint or let another model in, and in GOVERNANCE a lock could be cut short.
          Sid       = "NeverTakenBack"
          Effect    = "Deny"
          Principal = "*"
          Action    = ["s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"]
          Resource  = ["${aws_s3_bucket.this[each.key].arn}/*"]
        },
    ] : statement if each.value.written_once])
  })

  # S3 takes no policy while it still judges whether the last one was public.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  for_each = { for key, bucket in local.buckets : key => bucket if bucket.locked }

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    default_retention {
      mode = var.checkpoints.lock_mode
      days = var.checkpoints.lock_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  dynamic "rule" {
    for_each = each.key == "evidence" ? [var.evidence.expire_days] : []

    content {
      id     = "expire"
      status = "Enabled"

      filter {}

      expiration {
        days = rule.value
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

################################################################################
# Signing key
################################################################################

locals {
  makes_signing_key = var.signing_key.create && var.signing_key.existing_arn == null
  signing_key_arn   = local.makes_signing_key ? aws_cloudformation_stack.signing_key[0].outputs["KeyArn"] : var.signing_key.existing_arn
}

# The provider's own resource knows Ed25519 from some 6.x on and refuses it before; CloudFormation knows it in both.
resource "aws_cloudformation_stack" "signing_key" {
  count = local.makes_signing_key ? 1 : 0

  name = "${var.name}-signing-key"
  tags = var.tags

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "Ed25519 key that signs checkpoints and the coordinator's events of ${var.name}"
    Resources = {
      Key = {
        Type = "AWS::KMS::Key"
        # Without this key the log cannot go on under its name: taking the stack away must not take the key.
        DeletionPolicy      = "Retain"
        UpdateReplacePolicy = "Retain"
        Properties = {
          Description = "Signs checkpoints and the coordinator's events of ${var.name}"
          KeySpec     = "ECC_NIST_EDWARDS25519"
          KeyUsage    = "SIGN_VERIFY"
          KeyPolicy = {
            Version = "2012-10-17"
            Statement = [
              {
                Sid       = "RightsByIam"
                Effect    = "Allow"
                Principal = { AWS = "arn:${data.aws_partition.this.partition}:iam::${local.account}:root" }
                Action    = "kms:*"
                Resource  = "*"
              },
              {
                Sid       = "OnlyPlainEd25519"
                Effect    = "Deny"
                Principal = { AWS = "*" }
                Action    = "kms:Sign"
                Resource  = "*"
                Condition = { StringNotEquals = { "kms:SigningAlgorithm" = "ED25519_SHA_512" } }
              },
            ]
          }
        }
      }
    }
    Outputs = {
      KeyArn = { Value = { "Fn::GetAtt" = ["Key", "Arn"] } }
    }
  })
}

resource "aws_kms_alias" "signing_key" {
  count = local.makes_signing_key ? 1 : 0

  name          = "alias/${var.name}-signing-key"
  target_key_id = aws_cloudformation_stack.signing_key[0].outputs["KeyArn"]
}

################################################################################
# Rights
################################################################################

locals {
  # Of what S3 gives and takes alone: the same key encrypts the witnesses' folders.
  by_s3 = { StringEquals = { "kms:ViaService" = "s3.${data.aws_region.this.id}.amazonaws.com" } }

  decrypt = {
    Sid       = "Decrypt"
    Effect    = "Allow"
    Action    = ["kms:Decrypt"]
    Resource  = [local.kms_key_arn]
    Condition = local.by_s3
  }

  encrypt = {
    Sid       = "Encrypt"
    Effect    = "Allow"
    Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource  = [local.kms_key_arn]
    Condition = local.by_s3
  }

  policies = merge(
    {
      for worker in var.workers : "worker-${worker}" => {
        description = "The worker ${worker}: its own evidence, and what its flags ask"
        statements = [
          {
            # Evidence that nobody can ask for any more makes room for new.
            Sid      = "OwnObjects"
            Effect   = "Allow"
            Action   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
            Resource = ["${aws_s3_bucket.this["evidence"].arn}/${worker}/*"]
          },
          {
            Sid       = "OwnList"
            Effect    = "Allow"
            Action    = ["s3:ListBucket"]
            Resource  = [aws_s3_bucket.this["evidence"].arn]
            Condition = { StringLike = { "s3:prefix" = "${worker}/*" } }
          },
          {
            # What others know of its flags they can tell.
            Sid      = "OwnPrompts"
            Effect   = "Allow"
            Action   = ["s3:GetObject"]
            Resource = ["${aws_s3_bucket.this["packages"].arn}/flags/${worker}/*"]
          },
          local.encrypt,
        ]
      }
    },
    {
      for name, hash in var.models : "model-${name}" => {
        description = "Reads the model ${name}"
        statements = [
          {
            Sid      = "Read"
            Effect   = "Allow"
            Action   = ["s3:GetObject"]
            Resource = ["${aws_s3_bucket.this["models"].arn}/${hash}/*"]
          },
          {
            Sid       = "List"
            Effect    = "Allow"
            Action    = ["s3:ListBucket"]
            Resource  = [aws_s3_bucket.this["models"].arn]
            Condition = { StringLike = { "s3:prefix" = "${hash}/*" } }
          },
          local.decrypt,
        ]
      }
    },
    {
      # Who registers a model compares it with its hash, and does so before anybody serves it.
      models = {
        description = "Founder: every model, to read"
        statements = [
          {
            Sid      = "Read"
            Effect   = "Allow"
            Action   = ["s3:GetObject"]
            Resource = ["${aws_s3_bucket.this["models"].arn}/*"]
          },
          {
            Sid      = "List"
            Effect   = "Allow"
            Action   = ["s3:ListBucket"]
            Resource = [aws_s3_bucket.this["models"].arn]
          },
          local.decrypt,
        ]
      }
      reader = {
        description = "Auditors: checkpoints, to read"
        statements = [
          {
            Sid      = "Read"
            Effect   = "Allow"
            Action   = ["s3:GetObject"]
            Resource = ["${aws_s3_bucket.this["checkpoints"].arn}/*"]
          },
          {
            # Without it S3 answers for what is not there as for what is forbidden.
            Sid      = "List"
            Effect   = "Allow"
            Action   = ["s3:ListBucket"]
            Resource = [aws_s3_bucket.this["checkpoints"].arn]
          },
          local.decrypt,
        ]
      }
      publisher = {
        description = "Sealer: publishes checkpoints and never takes one back"
        statements = [
          {
            Sid      = "Publish"
            Effect   = "Allow"
            Action   = ["s3:GetObject", "s3:PutObject"]
            Resource = ["${aws_s3_bucket.this["checkpoints"].arn}/*"]
          },
          local.encrypt,
        ]
      }
    },
    var.signing_key.create || var.signing_key.existing_arn != null ? {
      signer = {
        description = "Signs with the Ed25519 key"
        statements = [{
          Sid      = "Sign"
          Effect   = "Allow"
          Action   = ["kms:GetPublicKey", "kms:Sign"]
          Resource = [local.signing_key_arn]
        }]
      }
    } : {},
  )
}

resource "aws_iam_policy" "this" {
  for_each = local.policies

  name        = "${var.name}-artifacts-${each.key}"
  description = each.value.description
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value.statements })
  tags        = var.tags
}
