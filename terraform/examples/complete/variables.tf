variable "name" {
  description = "Beginning of every name."
  type        = string
  default     = "verillm"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.name))
    error_message = "The name must be 1 to 24 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "'${var.region}' is not a region."
  }
}

variable "images" {
  description = "Container images by digest: of the Streams apps and of the workers."
  type = object({
    streams = string
    worker  = string
  })

  validation {
    condition     = alltrue([for image in [var.images.streams, var.images.worker] : can(regex("@sha256:[0-9a-f]{64}$", image))])
    error_message = "Images must be named by digest."
  }
}

variable "network" {
  description = "The VPC's IPv4 range, cut into private and public subnets in three zones, each zone with the number (0 to 7) of its piece. Brokers lie in these subnets: neither changes once there is a log."
  type = object({
    cidr  = optional(string, "10.20.0.0/16")
    zones = optional(map(number), { "eu-central-1a" = 0, "eu-central-1b" = 1, "eu-central-1c" = 2 })
  })
  default = {}

  validation {
    condition     = can(cidrhost(var.network.cidr, 0)) && try(tonumber(split("/", var.network.cidr)[1]) <= 20, false)
    error_message = "The range must be an IPv4 one of a /20 at least, not '${var.network.cidr}'."
  }

  validation {
    condition     = length(var.network.zones) == 3 && alltrue([for zone in keys(var.network.zones) : startswith(zone, var.region)])
    error_message = "There must be three different zones of ${var.region}."
  }

  validation {
    condition     = length(distinct(values(var.network.zones))) == length(var.network.zones) && alltrue([for number in values(var.network.zones) : contains(range(8), number)])
    error_message = "Each zone has another number, 0 to 7."
  }
}

variable "workers" {
  description = "Workers in this account by their ids, each with its machine types, the secret (ARN in Secrets Manager) that holds its keys, the name of the model that it serves, one of `models` or the built-in one, and the file with what its [flags](../../../docs/operations.md#flags) ask, by its name below `flags/ID/` in the bucket `packages` and its SHA-256, `NAME@HASH`. A worker of an imported model plants flags only with such a file, and where duties run is given no task without. `min` consumers of it run always; with 0 it rests while nobody asks for its model, and `setup` must say `--worker-wait`, with enough for a machine to start and fetch the model ([how](../../../docs/operations.md#workers-that-rest)). With `on_demand` its machine is bought on demand; on the spot market one reclaim may take several workers of a committee at once, and what each has in hand costs it stake where it is not back in time. Each worker here counts as an operator of its own, though all are yours: what a committee of them says shows nothing against you. `volume_gib` is its machine's disk, on which a model takes ten bytes a parameter, four more where it plants flags; `task_size` what it takes of the machine. `sessions` is how many tasks it has in hand at once: without it as many as half of that memory holds of the model's longest requests, so say it where the GPU has less memory. `stake` in units is paid once, by the coordinator when the worker has registered with `key`, its public key as `./verillm keys` prints it, and to no other; 0 leaves it to `./verillm fund`."
  type = map(object({
    secret_arn   = string
    types        = optional(list(string), ["g6.xlarge", "g5.xlarge"])
    model        = optional(string, "builtin")
    flag_prompts = optional(string)
    min          = optional(number, 0)
    on_demand    = optional(bool, false)
    volume_gib   = optional(number, 150)
    task_size    = optional(object({ cpu = number, memory = number }), { cpu = 3072, memory = 12288 })
    sessions     = optional(number)
    key          = optional(string)
    stake        = optional(number, 30000000)
  }))

  validation {
    condition     = length(var.workers) > 0 && alltrue([for model in [for worker in var.workers : worker.model] : length([for worker in var.workers : worker if worker.model == model]) >= 4])
    error_message = "Each model that is served needs four workers, for an author and a committee of three checkers."
  }

  validation {
    condition     = alltrue([for worker in var.workers : worker.min >= 0 && worker.min <= 1])
    error_message = "A worker's topic of tasks has one partition, so min is 0 or 1."
  }

  validation {
    condition     = length(var.workers) <= 300
    error_message = "An account has 1,000 roles unless more were asked for, three of them for each worker."
  }

  validation {
    condition     = alltrue([for id in keys(var.workers) : can(regex("^[a-z][a-z0-9-]{0,15}$", id))])
    error_message = "A worker's id is here 1 to 16 of a-z, 0-9 and dash, beginning with a letter."
  }

  validation {
    condition     = alltrue([for worker in var.workers : worker.flag_prompts == null || can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*@[0-9a-f]{64}$", worker.flag_prompts))])
    error_message = "flag_prompts is the name of a file, without folders, and its SHA-256: NAME@HASH."
  }

  validation {
    condition     = alltrue([for worker in var.workers : worker.sessions == null || try(worker.sessions >= 1 && floor(worker.sessions) == worker.sessions, false)])
    error_message = "A worker has one task in hand at least, and whole ones."
  }

  validation {
    condition     = alltrue([for worker in var.workers : worker.stake >= 0 && floor(worker.stake) == worker.stake])
    error_message = "A stake is a whole number of units."
  }

  validation {
    condition     = alltrue([for worker in var.workers : worker.stake == 0 || can(regex("^[0-9a-f]{64}$", worker.key))])
    error_message = "A worker with a stake needs its key, 64 hexadecimal digits in small letters: whoever registers its id first would have the stake."
  }
}

variable "models" {
  description = "Imported models by name, each with its hash: `./verillm model push` prints both, and puts a model where the output `models_from` says. The coordinator offers those that workers serve."
  type        = map(string)
  default     = {}

  validation {
    condition     = setunion(keys(var.models), ["builtin"]) == setunion([for worker in var.workers : worker.model], ["builtin"])
    error_message = "Workers serve ${join(", ", distinct([for worker in var.workers : worker.model]))}, and models has ${join(", ", keys(var.models))}."
  }
}

variable "secrets" {
  description = "Secrets (ARNs in Secrets Manager) that hold the keys of the coordinator, of each witness and of the gateway: `./verillm keys` makes their text. `signing` is a copy of the coordinator's with its field `ed25519` alone, for ledger and sealer; without it they read the whole. Terraform makes none of them and never sees a key."
  type = object({
    coordinator = string
    signing     = optional(string)
    gateway     = string
    witnesses   = map(string)
  })

  validation {
    condition     = length(var.secrets.witnesses) >= 2
    error_message = "Two witnesses are needed, not ${length(var.secrets.witnesses)}, so that the log goes on while one of them is away."
  }
}

variable "coordinator_key" {
  description = "The coordinator's public key, 64 hexadecimal digits, as `setup` prints it: every program refuses another's log. Null until the log is founded; until then no program and no worker runs."
  type        = string
  default     = null

  validation {
    condition     = var.coordinator_key == null || can(regex("^[0-9a-f]{64}$", var.coordinator_key))
    error_message = "A key has 64 hexadecimal digits, in small letters."
  }
}

variable "operator_clients" {
  description = "Who else may open connections to the brokers, as `clients` of the module kafka: such as the range of a VPN, from which an operator runs `./verillm` by himself."
  type = map(object({
    security_group_id = optional(string)
    cidr_ipv4         = optional(string)
    authentication    = optional(string, "iam")
  }))
  default = {}

  validation {
    condition     = alltrue([for client in var.operator_clients : (client.security_group_id == null) != (client.cidr_ipv4 == null)])
    error_message = "A client has either a security_group_id or a cidr_ipv4."
  }
}

variable "workers_outside" {
  description = "Ids of workers that run elsewhere, as in the example external-worker: each gets a policy for its own evidence, and is known to the topics tool, with a poster of its own."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setintersection(var.workers_outside, keys(var.workers))) == 0
    error_message = "A worker is either here or outside."
  }
}

variable "witnesses_outside" {
  description = "Ids of witnesses that somebody else runs, elsewhere: each is known to the topics tool, gets its user from the example external-worker, and counts if `setup` names it, which is once and for good. Without two of them who reads the log must trust you for draws."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setintersection(var.witnesses_outside, keys(var.secrets.witnesses))) == 0
    error_message = "A witness is either here or outside."
  }

  validation {
    condition     = alltrue([for id in var.witnesses_outside : can(regex("^[a-z][a-z0-9-]{0,31}$", id))])
    error_message = "A witness' id is 1 to 32 of a-z, 0-9 and dash, beginning with a letter."
  }
}

variable "auditors_outside" {
  description = "Names of auditors elsewhere, who read what is public: each is known to the topics tool, and gets its user from the example external-worker with the role analyst."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.auditors_outside : can(regex("^[a-z][a-z0-9-]{0,31}$", name))])
    error_message = "An auditor's name is 1 to 32 of a-z, 0-9 and dash, beginning with a letter."
  }
}

variable "sign_with_kms" {
  description = "Whether coordinator, ledger and sealer sign with a key that never leaves KMS. Every signature is then a call, dozens for each request and several a second while one runs; it has to be so from the log's beginning."
  type        = bool
  default     = false

  validation {
    condition     = contains([true, false], var.sign_with_kms)
    error_message = "sign_with_kms is true or false."
  }
}

variable "intake" {
  description = "The intake: key and version of its archive in the packages bucket, and `authorization`, `throttle` and `concurrency` as in the module request-intake."
  type = object({
    key            = string
    object_version = string
    concurrency    = optional(number)
    authorization = optional(object({
      type     = optional(string, "AWS_IAM")
      issuer   = optional(string)
      audience = optional(set(string), [])
    }), {})
    throttle = optional(object({
      rate  = optional(number, 50)
      burst = optional(number, 100)
    }), {})
  })
}

variable "sink" {
  description = "The Iceberg sink: key and version of its plugin in the packages bucket."
  type = object({
    key            = string
    object_version = string
  })
}

variable "checkpoint_lock" {
  description = "Object lock of published checkpoints, as `checkpoints` of the module artifacts. In COMPLIANCE nobody can shorten it, not even the account's owner, and the bucket stays for `lock_days`: choose it once everything runs."
  type = object({
    lock_mode = optional(string, "GOVERNANCE")
    lock_days = optional(number, 3650)
  })
  default = {}

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.checkpoint_lock.lock_mode)
    error_message = "The lock's mode is GOVERNANCE or COMPLIANCE, not '${var.checkpoint_lock.lock_mode}'."
  }
}

variable "permissions_boundary_arn" {
  description = "IAM policy that bounds every role made here, for accounts that demand one."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/", var.permissions_boundary_arn))
    error_message = "A boundary is the ARN of an IAM policy."
  }
}

variable "alarms" {
  description = "Who is told of alarms, by names of your choice: an e-mail address, which has to confirm the first mail, or an https address such as a pager's."
  type = map(object({
    protocol = optional(string, "email")
    endpoint = string
  }))

  validation {
    condition     = length(var.alarms) > 0
    error_message = "Somebody must be told of alarms."
  }
}

variable "alarm_wait_seconds" {
  description = "After how many seconds people are told of a request that waits for workers. Longer than a machine takes to start, fetch and build the largest model, or they are told each time that workers wake."
  type        = number
  default     = 600

  validation {
    condition     = var.alarm_wait_seconds >= 60 && var.alarm_wait_seconds <= 86400
    error_message = "alarm_wait_seconds lies between a minute and a day."
  }
}

variable "budget_dollars" {
  description = "What a month may cost, in dollars; who is told of alarms is told when it comes near. It stops nothing, and counts once the tag `project` is a cost allocation tag of the account. Null for no budget."
  type        = number
  default     = 3000

  validation {
    condition     = var.budget_dollars == null || try(var.budget_dollars > 0, false)
    error_message = "A budget is more than 0 dollars."
  }
}

variable "broker" {
  description = "The brokers and their version of Kafka, as in the module kafka."
  type = object({
    instance_type  = optional(string, "kafka.m7g.large")
    count          = optional(number, 3)
    volume_gib     = optional(number)
    volume_gib_max = optional(number, 1000)
    kafka_version  = optional(string, "4.1.x.kraft")
  })
  default = {}

  validation {
    condition     = contains([3, 6, 9], var.broker.count)
    error_message = "There are 3, 6 or 9 brokers, as many in each zone, not ${var.broker.count}: the alarms on seals and dead letters add up those of all brokers, and CloudWatch takes ten metrics in one."
  }
}
