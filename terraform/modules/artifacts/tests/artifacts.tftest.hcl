mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name    = "verillm"
  workers = ["w-01", "w-02"]
  models = {
    small = "1111111111111111111111111111111111111111111111111111111111111111"
    large = "2222222222222222222222222222222222222222222222222222222222222222"
  }
}

run "keeps_objects_private_and_encrypted" {
  command = plan

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "A bucket can become public."
  }

  assert {
    condition     = length(aws_s3_bucket.this) == 4 && alltrue([for key, bucket in aws_s3_bucket.this : bucket.bucket == "verillm-${key}-111122223333"])
    error_message = "Buckets are not named after the account."
  }

  assert {
    condition = alltrue([for policy in aws_s3_bucket_policy.this : anytrue([
      for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])])
    error_message = "A bucket takes plain HTTP."
  }

  assert {
    condition     = alltrue([for configuration in aws_s3_bucket_server_side_encryption_configuration.this : one(configuration.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.this[0].arn])
    error_message = "A bucket is not encrypted with the key."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "A bucket forgets versions."
  }
}

run "locks_checkpoints_and_nothing_else" {
  command = plan

  assert {
    condition     = [for key, bucket in aws_s3_bucket.this : key if bucket.object_lock_enabled] == ["checkpoints"] && keys(aws_s3_bucket_object_lock_configuration.this) == ["checkpoints"]
    error_message = "The lock is not on checkpoints alone."
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this["checkpoints"].rule[0].default_retention[0].mode == "GOVERNANCE" && aws_s3_bucket_object_lock_configuration.this["checkpoints"].rule[0].default_retention[0].days == 3650
    error_message = "The lock's default differs."
  }

  assert {
    condition     = [for key, configuration in aws_s3_bucket_lifecycle_configuration.this : key if anytrue([for rule in configuration.rule : length(rule.expiration) > 0])] == ["evidence"]
    error_message = "Something else than evidence expires."
  }
}

run "signs_with_ed25519_alone" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudformation_stack.signing_key[0].template_body).Resources.Key.Properties.KeySpec == "ECC_NIST_EDWARDS25519"
    error_message = "The signing key is of another kind."
  }

  assert {
    condition     = jsondecode(aws_cloudformation_stack.signing_key[0].template_body).Resources.Key.DeletionPolicy == "Retain"
    error_message = "The signing key goes with its stack."
  }

  assert {
    condition     = jsondecode(output.policies["signer"]).Statement[0].Resource == [output.signing_key_arn] && jsondecode(output.policies["signer"]).Statement[0].Action == ["kms:GetPublicKey", "kms:Sign"]
    error_message = "The signer may do more than sign with its key."
  }
}

run "gives_each_worker_its_own_objects" {
  command = plan

  assert {
    condition     = jsondecode(output.policies["worker-w-01"]).Statement[0].Resource == ["arn:aws:s3:::verillm-mock/w-01/*"] && jsondecode(output.policies["worker-w-01"]).Statement[1].Condition.StringLike["s3:prefix"] == "w-01/*"
    error_message = "A worker writes where it should not."
  }

  assert {
    condition     = !strcontains(output.policies["worker-w-01"], "w-02") && !strcontains(output.policies["worker-w-01"], "checkpoints")
    error_message = "A worker reaches what is not its own."
  }

  assert {
    condition = alltrue(flatten([for key, policy in output.policies : [
      for statement in jsondecode(policy).Statement : [
        for action in statement.Action : !strcontains(action, "*") && !strcontains(action, "Bypass") && (!strcontains(action, "Delete") || startswith(key, "worker-") && statement.Sid == "OwnObjects")
      ]
    ]]))
    error_message = "A policy deletes what is not the worker's own, gets past a lock, or has a wildcard."
  }
}

run "gives_each_model_to_its_readers_alone" {
  command = plan

  assert {
    condition     = jsondecode(output.policies["model-small"]).Statement[0].Resource == ["arn:aws:s3:::verillm-mock/${var.models.small}/*"] && jsondecode(output.policies["model-small"]).Statement[1].Condition.StringLike["s3:prefix"] == "${var.models.small}/*"
    error_message = "A reader of one model reads another."
  }

  assert {
    condition     = alltrue(flatten([for statement in jsondecode(output.policies["model-large"]).Statement : [for action in statement.Action : contains(["s3:GetObject", "s3:ListBucket", "kms:Decrypt"], action)]]))
    error_message = "A reader of a model writes."
  }

  assert {
    condition     = jsondecode(output.policies["models"]).Statement[0].Resource == ["arn:aws:s3:::verillm-mock/*"] && alltrue(flatten([for statement in jsondecode(output.policies["models"]).Statement : [for action in statement.Action : contains(["s3:GetObject", "s3:ListBucket", "kms:Decrypt"], action)]]))
    error_message = "Who registers models cannot read a new one, or can write."
  }
}

run "can_do_without_signing_key" {
  command = plan

  variables {
    signing_key = { create = false }
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/9999abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = output.signing_key_arn == null && length(aws_kms_key.this) == 0 && !contains(keys(output.policies), "signer")
    error_message = "A key is made that nobody asked for."
  }
}

run "goes_on_with_a_key_that_is_there" {
  command = plan

  variables {
    signing_key = { existing_arn = "arn:aws:kms:eu-central-1:111122223333:key/9999abcd-12ab-34cd-56ef-1234567890ab" }
  }

  assert {
    condition     = output.signing_key_arn == var.signing_key.existing_arn && length(aws_cloudformation_stack.signing_key) == 0
    error_message = "A second key is made."
  }

  assert {
    condition     = jsondecode(output.policies["signer"]).Statement[0].Resource == [var.signing_key.existing_arn]
    error_message = "The signer may not use the key."
  }
}

run "refuses_wrong_locks_and_times" {
  command = plan

  variables {
    checkpoints = { lock_mode = "NONE" }
    evidence    = { expire_days = 1 }
    signing_key = { existing_arn = "alias/signing" }
    workers     = ["W 1"]
    models      = { "A model" = "0x12" }
    kms_key_arn = "alias/other"
    name        = "a-name-that-leaves-no-room-for-the-account"
  }

  expect_failures = [var.name, var.checkpoints, var.evidence, var.signing_key, var.workers, var.models, var.kms_key_arn]
}
