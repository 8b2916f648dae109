variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,37}$", var.name))
    error_message = "The name must be 1 to 38 of a-z, 0-9 and dash (the longest bucket name has 63 characters), and begin with a letter, not '${var.name}'."
  }
}

variable "kms_key_arn" {
  description = "KMS key of the objects. If null the module makes one."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key."
  }
}

variable "evidence" {
  description = "Evidence that workers may be asked to open. It must outlive every challenge and dispute; after `expire_days` it is gone."
  type = object({
    expire_days = optional(number, 30)
  })
  default = {}

  validation {
    condition     = var.evidence.expire_days >= 7
    error_message = "Evidence must be kept at least the 7 days that tasks are kept, not ${var.evidence.expire_days}."
  }
}

variable "checkpoints" {
  description = "Published checkpoints of the log. `GOVERNANCE` lets a role with a special right shorten the lock, `COMPLIANCE` nobody, not even the account's owner."
  type = object({
    lock_mode = optional(string, "GOVERNANCE")
    lock_days = optional(number, 3650)
  })
  default = {}

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.checkpoints.lock_mode)
    error_message = "The lock's mode is GOVERNANCE or COMPLIANCE, not '${var.checkpoints.lock_mode}'."
  }

  validation {
    condition     = var.checkpoints.lock_days >= 1 && var.checkpoints.lock_days <= 36500
    error_message = "A lock holds 1 to 36500 days, not ${var.checkpoints.lock_days}."
  }
}

variable "workers" {
  description = "Ids of the workers. Each gets a policy for its own evidence, and to read what its flags ask, below `flags/ID/` in the bucket `packages`."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for worker in var.workers : can(regex("^[a-z0-9-]{1,32}$", worker))])
    error_message = "A worker's id is 1 to 32 of a-z, 0-9 and dash."
  }
}

variable "models" {
  description = "Imported models by name, each with its hash as `./verillm model push` prints it. Each gets a policy to read it."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.models) : can(regex("^[a-z0-9][a-z0-9._-]{0,62}$", name)) && name != "builtin"])
    error_message = "A model's name is 1 to 63 of a-z, 0-9, dot, dash and underscore, and not 'builtin': ${join(", ", keys(var.models))}."
  }

  validation {
    condition     = alltrue([for id in values(var.models) : can(regex("^[0-9a-f]{64}$", id))])
    error_message = "A model's id has 64 hexadecimal digits, in small letters."
  }
}

variable "signing_key" {
  description = "The Ed25519 key in KMS for checkpoints and the coordinator's events: made here (`create`), or `existing_arn`, such as that of a stack that is gone, whose key stays. Another key is another log."
  type = object({
    create       = optional(bool, true)
    existing_arn = optional(string)
  })
  default = {}

  validation {
    condition     = var.signing_key.existing_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.signing_key.existing_arn))
    error_message = "existing_arn must be the ARN of a KMS key."
  }
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
