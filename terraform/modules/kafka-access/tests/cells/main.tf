# Holds IAM policies against Kafka's own access rules, cell by cell. What is tried is every name that either side gives, a beginning of
# names with "any" behind it: so each side's surplus is met by a name that the other lacks.

variable "policies" {
  description = "IAM policies as JSON, by a name of each party."
  type        = map(string)
}

variable "users" {
  description = "By the same names, the user that Kafka's rules know each party by."
  type        = map(string)
}

variable "acls" {
  description = "Kafka's rules, as `./verillm topics acls` prints them."
  type        = list(object({ principal = string, operation = string, resource = string, name = string, prefixed = bool }))
}

locals {
  # MSK has no share groups, and so nothing like a group's configs.
  rights = {
    "READ TOPIC"             = "kafka-cluster:ReadData"
    "WRITE TOPIC"            = "kafka-cluster:WriteData"
    "READ GROUP"             = "kafka-cluster:AlterGroup"
    "WRITE TRANSACTIONAL_ID" = "kafka-cluster:AlterTransactionalId"
  }

  # ARN/cluster/uuid/NAME, with * for what may follow.
  iam = {
    for party in keys(var.users) : party => {
      for right, action in local.rights : right => flatten([
        for statement in jsondecode(var.policies[party]).Statement : [
          for resource in statement.Resource : element(split("/", resource), 3)
        ] if contains(statement.Action, action)
      ])
    }
  }

  acl = {
    for party, user in var.users : party => {
      for right in keys(local.rights) : right => [
        for rule in var.acls : rule if "${rule.operation} ${rule.resource}" == right && contains(["User:*", "User:${user}"], rule.principal)
      ]
    }
  }

  tried = {
    for right in keys(local.rights) : right => distinct(concat(
      flatten([for given in values(local.iam) : [for name in given[right] : replace(name, "*", "any")]]),
      [for rule in var.acls : rule.prefixed ? "${rule.name}any" : rule.name if "${rule.operation} ${rule.resource}" == right],
    ))
  }

  cells = flatten([
    for party in keys(var.users) : [
      for right in keys(local.rights) : [
        for name in local.tried[right] : {
          cell = "${party} ${right} ${name}"
          iam  = anytrue([for given in local.iam[party][right] : can(regex("^${replace(replace(given, ".", "\\."), "*", ".*")}$", name))])
          acl  = anytrue([for rule in local.acl[party][right] : rule.prefixed ? startswith(name, rule.name) : name == rule.name])
        }
      ]
    ]
  ])
}

output "only_iam" {
  description = "What IAM allows and Kafka's rules do not."
  value       = [for it in local.cells : it.cell if it.iam && !it.acl]
}

output "only_acl" {
  description = "What Kafka's rules allow and IAM does not."
  value       = [for it in local.cells : it.cell if it.acl && !it.iam]
}

output "both" {
  description = "What both allow."
  value       = [for it in local.cells : it.cell if it.acl && it.iam]
}
