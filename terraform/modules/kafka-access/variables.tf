variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "cluster_arn" {
  description = "ARN of the cluster, provisioned or serverless."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kafka:[a-z0-9-]+:[0-9]{12}:cluster/[^/*]+/[^/*]+$", var.cluster_arn))
    error_message = "'${var.cluster_arn}' is not the ARN of a Kafka cluster."
  }
}

variable "manifest" {
  description = "The catalogue, as `./verillm topics manifest` prints it: topics, internal topics, groups and transactional ids, with the roles that use them."
  type = object({
    format = number
    shards = number
    roles  = list(string)
    topics = list(object({
      name       = string
      partitions = number
      sharded    = bool
      perWorker  = bool
      configs    = map(string)
      writers    = list(string)
      readers    = list(string)
    }))
    internalTopics = list(object({
      name       = string
      role       = string
      partitions = number
      configs    = map(string)
    }))
    groups       = list(object({ name = string, prefixed = bool, role = string }))
    transactions = list(object({ name = string, prefixed = bool, role = string }))
  })

  validation {
    condition     = var.manifest.format == 1
    error_message = "This module reads manifests of format 1, not ${var.manifest.format}."
  }

  validation {
    condition = alltrue([
      for topic in var.manifest.topics : length(setsubtract(concat(topic.writers, topic.readers), var.manifest.roles)) == 0
    ])
    error_message = "The manifest gives rights to a role that it does not list."
  }

  validation {
    condition = alltrue(concat(
      [for topic in var.manifest.topics : startswith(topic.name, "verillm.")],
      [for topic in var.manifest.internalTopics : startswith(topic.name, "verillm-")],
    ))
    error_message = "A topic's name begins with 'verillm.', an internal one's with 'verillm-': the topics tool's rights end there."
  }

  validation {
    condition     = alltrue([for topic in var.manifest.topics : topic.perWorker == strcontains(topic.name, "<worker>")])
    error_message = "A topic of one worker, and no other, has <worker> in its name."
  }

  validation {
    condition = alltrue([
      for name in concat(var.manifest.topics[*].name, var.manifest.internalTopics[*].name, var.manifest.groups[*].name, var.manifest.transactions[*].name) :
      !strcontains(name, "*") && !strcontains(name, "?")
    ])
    error_message = "A name in the manifest has a wildcard: it would widen every right derived from it."
  }
}

variable "principals" {
  description = <<-EOT
    Who works with the cluster, by a name of your choice. `role` is one of the manifest's; a worker also needs its `worker_id`, and a poster with one is that worker's alone, with a user of its own. `iam` makes a policy for a
    role in AWS, `scram` a secret for a principal outside, whose rights are ACLs that the topics tool applies. `administers` adds what the topics tool needs, and goes with the role operator.
  EOT
  type = map(object({
    role           = string
    worker_id      = optional(string)
    authentication = optional(string, "iam")
    administers    = optional(bool, false)
  }))

  validation {
    condition     = alltrue([for key in keys(var.principals) : can(regex("^[a-z][a-z0-9-]{0,39}$", key))])
    error_message = "A principal's name must be 1 to 40 of a-z, 0-9 and dash, and begin with a letter."
  }

  validation {
    condition     = alltrue([for principal in var.principals : contains(var.manifest.roles, principal.role)])
    error_message = "A principal's role must be one of ${join(", ", var.manifest.roles)}."
  }

  validation {
    condition     = alltrue([for principal in var.principals : principal.worker_id == null ? principal.role != "worker" : contains(["poster", "worker"], principal.role)])
    error_message = "A worker has a worker_id, a poster may have one, and nobody else has."
  }

  validation {
    condition     = alltrue([for principal in var.principals : principal.worker_id == null || can(regex("^[a-z0-9-]{1,32}$", principal.worker_id))])
    error_message = "A worker's id is 1 to 32 of a-z, 0-9 and dash."
  }

  validation {
    condition     = length(distinct([for principal in var.principals : "${principal.role} ${principal.worker_id}" if principal.worker_id != null])) == length([for principal in var.principals : principal if principal.worker_id != null])
    error_message = "Two principals are the same worker, or the same worker's poster."
  }

  validation {
    condition     = alltrue([for principal in var.principals : contains(["iam", "scram"], principal.authentication)])
    error_message = "A principal's authentication is iam or scram."
  }

  validation {
    condition     = alltrue([for principal in var.principals : !principal.administers || (principal.role == "operator" && principal.authentication == "iam")])
    error_message = "Only an operator with IAM may administer."
  }
}

variable "scram_kms_key_arn" {
  description = "KMS key of the SCRAM secrets. MSK refuses secrets under the account's default key."
  type        = string
  default     = null

  validation {
    condition     = var.scram_kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.scram_kms_key_arn))
    error_message = "scram_kms_key_arn must be the ARN of a KMS key."
  }

  validation {
    condition     = var.scram_kms_key_arn != null || alltrue([for principal in var.principals : principal.authentication != "scram"])
    error_message = "A principal with scram needs scram_kms_key_arn."
  }
}

variable "scram_passwords" {
  description = "Passwords of the principals with scram, by their names. Written through to Secrets Manager, kept neither in plan nor in state; give them by environment (`TF_VAR_scram_passwords`)."
  type        = map(string)
  default     = {}
  ephemeral   = true

  validation {
    condition     = length(setsubtract([for key, principal in var.principals : key if principal.authentication == "scram"], keys(var.scram_passwords))) == 0
    error_message = "A principal with scram has no password in scram_passwords."
  }

  validation {
    condition     = alltrue([for password in values(var.scram_passwords) : length(password) >= 24])
    error_message = "A password must have at least 24 characters."
  }
}

variable "scram_password_version" {
  description = "Raise it by one to write the passwords again, as Terraform cannot see that they changed."
  type        = number
  default     = 1

  validation {
    condition     = var.scram_password_version >= 1 && floor(var.scram_password_version) == var.scram_password_version
    error_message = "The version is a whole number from 1 on."
  }
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
