variable "name" {
  description = "Beginning of every name in this module."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}$", var.name))
    error_message = "The name must be 1 to 48 of a-z, 0-9 and dash, and begin with a letter, not '${var.name}'."
  }
}

variable "subscriptions" {
  description = "Who is told of alarms, by a name of your choice: an e-mail address, or an https address such as a pager's."
  type = map(object({
    protocol = string
    endpoint = string
  }))
  default = {}

  validation {
    condition     = alltrue([for subscription in var.subscriptions : contains(["email", "https"], subscription.protocol)])
    error_message = "A subscription's protocol is email or https."
  }

  validation {
    condition     = alltrue([for subscription in var.subscriptions : can(regex(subscription.protocol == "https" ? "^https://" : "^[^@ ]+@[^@ ]+$", subscription.endpoint))])
    error_message = "An endpoint does not fit its protocol."
  }
}

variable "kafka" {
  description = "The cluster: its name, how many brokers it has (0 for serverless, which has no metrics by broker), and whether a log is founded on it, so that seals are to be expected."
  type = object({
    cluster_name = string
    brokers      = optional(number, 0)
    sealed       = optional(bool, true)
  })

  validation {
    condition     = var.kafka.brokers >= 0 && var.kafka.brokers <= 10
    error_message = "There are 0 to 10 brokers, not ${var.kafka.brokers}: an alarm adds up the bytes of all of them, and CloudWatch takes ten metrics in one."
  }
}

variable "groups" {
  description = "Consumer groups to be shown, each with the topics that it reads."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for topics in var.groups : length(topics) > 0])
    error_message = "A group without topics has no lag."
  }
}

variable "services" {
  description = "ECS services to be shown, by a name of your choice."
  type = map(object({
    cluster = string
    service = string
  }))
  default = {}
}

variable "intake" {
  description = "The intake to be shown; null without one."
  type = object({
    api_id        = string
    function_name = string
  })
  default = null
}

variable "alarm_arns" {
  description = "ARNs of the other modules' alarms, to be shown beside this module's own."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_arns : can(regex("^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:.+$", arn))])
    error_message = "An alarm must be named by its ARN."
  }
}

variable "backlog" {
  description = "Requests and the workers that they wait for, from `app coordinator --metrics`: the coordinator's public key (`log`), names of the models that workers serve, after how many seconds somebody is told of a request that waits, and whether any of these workers `rests`, so that the log must let requests wait. Null where no coordinator says it."
  type = object({
    log          = string
    models       = set(string)
    wait_seconds = optional(number, 600)
    rests        = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.backlog == null || try(can(regex("^[0-9a-f]{64}$", var.backlog.log)) && length(var.backlog.models) > 0, false)
    error_message = "A log is named by its coordinator's key, 64 hexadecimal digits in small letters, and serves a model at least."
  }

  validation {
    condition     = var.backlog == null || try(var.backlog.wait_seconds >= 60 && var.backlog.wait_seconds <= 86400, false)
    error_message = "wait_seconds lies between a minute and a day."
  }
}

variable "budget" {
  description = "What a month may cost, in dollars, of everything that has the tag `project` with this value: who is told of alarms is told when 80 percent are spent, and when the month will cost more. It stops nothing. The tag must be activated as a cost allocation tag. Null for no budget."
  type = object({
    dollars = number
    project = string
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.dollars > 0, false)
    error_message = "A budget is more than 0 dollars."
  }
}

variable "stalled_minutes" {
  description = "Minutes without a seal after which the log counts as stalled: without seals nothing is decided."
  type        = number
  default     = 10

  validation {
    condition     = var.stalled_minutes >= 3 && var.stalled_minutes <= 60
    error_message = "The time must be 3 to 60 minutes, not ${var.stalled_minutes}."
  }
}

variable "tags" {
  description = "Tags of everything in this module."
  type        = map(string)
  default     = {}
}
