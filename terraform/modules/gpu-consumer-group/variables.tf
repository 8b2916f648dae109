variable "worker_id" {
  description = "Id of the worker that this group is; its topics and its consumer group are named after it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]{1,32}$", var.worker_id))
    error_message = "A worker's id is 1 to 32 of a-z, 0-9 and dash, not '${var.worker_id}'."
  }
}

variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }

  validation {
    condition     = !can(regex("^(aws|ecs|fargate)", var.name))
    error_message = "ECS refuses capacity providers whose names begin with aws, ecs or fargate: '${var.name}'."
  }
}

variable "image" {
  description = "Container image by digest, `repository@sha256:...`: a tag can be moved under a running service."
  type        = string
}

variable "command" {
  description = "Arguments of the image's entry point. If null the image's own."
  type        = list(string)
  default     = null
}

variable "model" {
  description = "The imported model that the consumers serve: its name, its hash, both as `./verillm model push` prints them, and the bucket into which that put it, `s3://BUCKET/`, or a prefix in it. The role must have the right to read it. If null the built-in model."
  type = object({
    name = string
    hash = string
    from = string
  })
  default = null

  validation {
    condition     = var.model == null || try(can(regex("^[a-z0-9][a-z0-9._-]{0,62}$", var.model.name)) && var.model.name != "builtin", false)
    error_message = "A model's name is 1 to 63 of a-z, 0-9, dot, dash and underscore, and not 'builtin'."
  }

  validation {
    condition     = var.model == null || try(can(regex("^[0-9a-f]{64}$", var.model.hash)), false)
    error_message = "A model's hash has 64 hexadecimal digits, in small letters."
  }

  validation {
    condition     = var.model == null || try(can(regex("^s3://[a-z0-9.-]{3,63}/(.+/)?$", var.model.from)), false)
    error_message = "A model comes from s3://BUCKET/ or s3://BUCKET/PREFIX/."
  }
}

variable "flags" {
  description = "As whom the worker posts its flags (the ARN of a role that its own may assume), and what they ask (`s3://BUCKET/KEY@SHA256`, for its role to read; a file with another hash is refused): a JSON object a line. Without prompts flags ask those of the demo, which everybody knows, and of the built-in model alone. If null it plants none, and is given no task where duties run."
  type = object({
    access  = string
    prompts = optional(string)
  })
  default = null

  validation {
    condition     = var.flags == null || try(can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", var.flags.access)), false)
    error_message = "Flags are posted as a role, by its ARN."
  }

  validation {
    condition     = try(var.flags.prompts, null) == null || try(can(regex("^s3://[a-z0-9.-]{3,63}/.*[^/]@[0-9a-f]{64}$", var.flags.prompts)), false)
    error_message = "What flags ask is an object and its hash, s3://BUCKET/KEY@SHA256."
  }

  validation {
    condition     = var.flags == null || var.model == null || try(var.flags.prompts, null) != null
    error_message = "Flags of a model of your own ask what its requesters ask: prompts says what."
  }
}

variable "environment" {
  description = "Environment variables. Secrets do not belong here: whoever may describe a task sees them."
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = "Secrets (ARNs in Secrets Manager) that the program may read with its own role, such as its keys."
  type        = list(string)
  default     = []
}

variable "secrets_kms_key_arns" {
  description = "KMS keys of those secrets, where they are not the account's own."
  type        = list(string)
  default     = []
}

variable "policy_arns" {
  description = "IAM policies of the program's role by a name of your choice, such as `kafka`."
  type        = map(string)
}

variable "vpc_id" {
  description = "VPC of the tasks."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets. Tasks have no public address and reach AWS by endpoints or a NAT gateway."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "A subnet is needed."
  }
}

variable "kafka" {
  description = "The cluster: its name (for metrics), its brokers for IAM, and their security group, to which tasks are let out. `client_security_group_id` is a group that the brokers let in and that tasks get beside their own: brokers have room for some sixty groups, so many workers share one."
  type = object({
    cluster_name             = string
    bootstrap_brokers        = string
    security_group_id        = string
    client_security_group_id = optional(string)
  })
}

variable "log" {
  description = "The program's log in CloudWatch."
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  default = {}
}

variable "alarm_actions" {
  description = "SNS topics that alarms tell."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.alarm_actions : can(regex("^arn:aws[a-z-]*:sns:", action))])
    error_message = "An alarm's action must be the ARN of an SNS topic."
  }
}

variable "instances" {
  description = <<-EOT
    The machines. `types` are tried in this order of preference where they are bought on demand, and by price and spare capacity on the spot market. `on_demand_base`
    machines are bought on demand before any spot one. `gpus_per_task` is what one consumer takes; every type must have that many. The image comes from an SSM parameter, so new machines take
    AWS's newest driver, and none is older than `lifetime_days`.
  EOT
  type = object({
    types               = optional(list(string), ["g6.xlarge", "g6.2xlarge", "g5.xlarge", "g5.2xlarge"])
    gpus_per_task       = optional(number, 1)
    on_demand_base      = optional(number, 0)
    on_demand_percent   = optional(number, 0)
    volume_gib          = optional(number, 150)
    lifetime_days       = optional(number, 14)
    image_ssm_parameter = optional(string, "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id")
  })
  default = {}

  validation {
    condition     = length(var.instances.types) > 0 && alltrue([for type in var.instances.types : can(regex("^(g5|g6|g6e|p5|p5e|p5en)\\.[0-9]*x?large$", type))])
    error_message = "Instance types must be of g5, g6, g6e or p5: ${join(", ", var.instances.types)}."
  }

  validation {
    condition     = contains([1, 4, 8], var.instances.gpus_per_task)
    error_message = "A consumer takes 1, 4 or 8 GPUs, as machines have, not ${var.instances.gpus_per_task}."
  }

  validation {
    condition = alltrue([
      for type in var.instances.types : lookup({
        "g5.12xlarge"  = 4, "g5.24xlarge" = 4, "g5.48xlarge" = 8, "g6.12xlarge" = 4, "g6.24xlarge" = 4, "g6.48xlarge" = 8,
        "g6e.12xlarge" = 4, "g6e.24xlarge" = 4, "g6e.48xlarge" = 8, "p5.48xlarge" = 8, "p5e.48xlarge" = 8, "p5en.48xlarge" = 8,
      }, type, 1) >= var.instances.gpus_per_task
    ])
    error_message = "A machine in ${join(", ", var.instances.types)} has fewer than ${var.instances.gpus_per_task} GPUs."
  }

  validation {
    condition     = var.instances.on_demand_base >= 0 && var.instances.on_demand_base <= var.scaling.max && var.instances.on_demand_percent >= 0 && var.instances.on_demand_percent <= 100
    error_message = "on_demand_base must lie between 0 and scaling.max, on_demand_percent between 0 and 100."
  }

  validation {
    condition     = var.instances.lifetime_days >= 1 && var.instances.lifetime_days <= 365
    error_message = "A machine lives for 1 to 365 days, not ${var.instances.lifetime_days}."
  }

  validation {
    condition     = var.instances.volume_gib >= 60
    error_message = "The GPU image and a small model need 60 GiB at least, not ${var.instances.volume_gib}."
  }
}

variable "task_size" {
  description = "CPU units and memory in MiB that a consumer reserves on its machine. The smallest machine (xlarge) has 4096 units and about 15,000 MiB to give."
  type = object({
    cpu    = optional(number, 3072)
    memory = optional(number, 12288)
  })
  default = {}

  validation {
    condition     = var.task_size.cpu >= 256 && var.task_size.memory >= 1024
    error_message = "A consumer needs 256 CPU units and 1024 MiB at least."
  }
}

variable "scaling" {
  description = <<-EOT
    How many consumers there are. `partitions` is that of the worker's topic of tasks: MSK has no share groups, and more consumers of a group than partitions stand idle.
    With `min` 0 the worker rests while nobody asks for its model. Nobody gives a task to a worker at rest, so its first consumer is started by the coordinator's figures (`backlog`) when a request of its model is open or a task of its own waits; the log must
    let requests wait for longer than that takes (`./verillm setup --worker-wait`). All consumers go after `idle_minutes` in which no request of the model was open, no worker of it owed a flag and no task waited.
    With `max` above `min`, a further one is added while more than `lag_max` tasks wait, with `min` 0 while anything is open. With `min` above 0 those above it go after `idle_minutes` in which no task waited: a worker owes openings, votes and answers
    to disputes for up to `duty_minutes` after its last task.
  EOT
  type = object({
    min          = optional(number, 1)
    max          = optional(number, 1)
    partitions   = optional(number, 1)
    lag_max      = optional(number, 8)
    idle_minutes = optional(number, 30)
    duty_minutes = optional(number, 15)
  })
  default = {}

  validation {
    condition     = var.scaling.min >= 0 && var.scaling.min <= var.scaling.max && var.scaling.max >= 1
    error_message = "There must be 0 <= min <= max and 1 <= max, not ${var.scaling.min} and ${var.scaling.max}."
  }

  validation {
    condition     = var.scaling.min > 0 || var.backlog != null
    error_message = "A worker that rests at zero is never given the task that would start it: say by whose backlog it is."
  }

  validation {
    condition     = var.scaling.max <= var.scaling.partitions
    error_message = "${var.scaling.max} consumers cannot share ${var.scaling.partitions} partitions of tasks."
  }

  validation {
    condition     = var.scaling.idle_minutes > var.scaling.duty_minutes && var.scaling.duty_minutes >= 15 && var.scaling.idle_minutes <= 1440
    error_message = "idle_minutes (${var.scaling.idle_minutes}) must be longer than duty_minutes (${var.scaling.duty_minutes}), those 15 at least, and both no more than a day: a worker taken away too early loses stake."
  }

  validation {
    condition     = var.scaling.lag_max >= 1
    error_message = "lag_max must be 1 at least."
  }
}

variable "backlog" {
  description = "What starts a worker that rests: the metrics of `app coordinator --metrics`, by the coordinator's public key (`log`) and the name of the model that the worker serves. Needed with `scaling.min` 0."
  type = object({
    log   = string
    model = string
  })
  default = null

  validation {
    condition     = var.backlog == null || try(can(regex("^[0-9a-f]{64}$", var.backlog.log)), false)
    error_message = "A log is named by its coordinator's key, 64 hexadecimal digits in small letters."
  }

  validation {
    condition     = var.backlog == null || try(var.backlog.model == (var.model == null ? "builtin" : var.model.name), false)
    error_message = "The backlog is of another model than the consumers serve."
  }
}

variable "stop_timeout" {
  description = "Seconds that a consumer has after SIGTERM to hand back its tasks. A spot machine is gone 120 seconds after its notice."
  type        = number
  default     = 110

  validation {
    condition     = var.stop_timeout >= 30 && var.stop_timeout <= 115
    error_message = "The stop timeout must be 30 to 115 seconds, within the two minutes of a spot notice, not ${var.stop_timeout}."
  }
}

variable "permissions_boundary_arn" {
  description = "IAM policy that bounds every role made here, for accounts that demand one."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
