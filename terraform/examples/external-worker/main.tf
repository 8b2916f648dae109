# An operator outside AWS joins with one GPU box: the pipeline's side of it. The box itself runs the worker's image, reaches the brokers over a
# private path, and says who it is with SASL/SCRAM; its rights are ACLs that the topics tool applies.

module "access" {
  source = "../../modules/kafka-access"

  name                   = var.name
  cluster_arn            = var.cluster.arn
  manifest               = jsondecode(file("${path.module}/../../manifest/catalogue.json"))
  scram_kms_key_arn      = var.kms_key_arn
  scram_passwords        = { (var.worker_id) = var.password, "${var.worker_id}-poster" = coalesce(var.poster_password, var.password) }
  scram_password_version = var.password_version

  # Its flags it posts by another user, with a password and a quota of its own: what the one may do the other may not.
  principals = merge(
    { (var.worker_id) = { role = var.role, worker_id = var.role == "worker" ? var.worker_id : null, authentication = "scram" } },
    var.plants_flags ? { "${var.worker_id}-poster" = { role = "poster", worker_id = var.worker_id, authentication = "scram" } } : {},
  )
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  count = var.operator_cidr == null ? 0 : 1

  security_group_id = var.cluster.security_group_id
  description       = "${title(var.role)} ${var.worker_id} with scram"
  cidr_ipv4         = var.operator_cidr
  ip_protocol       = "tcp"
  from_port         = 9096
  to_port           = 9096
}

################################################################################
# Short-lived AWS credentials for the box, by its certificate
################################################################################

resource "aws_rolesanywhere_trust_anchor" "this" {
  count = var.certificate == null ? 0 : 1

  name    = "${var.name}-${var.worker_id}"
  enabled = true

  source {
    source_type = "CERTIFICATE_BUNDLE"

    source_data {
      x509_certificate_data = var.certificate.authority_pem
    }
  }
}

resource "aws_iam_role" "this" {
  count = var.certificate == null ? 0 : 1

  name        = "${var.name}-${var.worker_id}-outside"
  description = "The box of the worker ${var.worker_id}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Box"
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
      Principal = { Service = "rolesanywhere.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:PrincipalTag/x509Subject/CN" = var.certificate.common_name }
        ArnEquals    = { "aws:SourceArn" = aws_rolesanywhere_trust_anchor.this[0].arn }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = var.certificate == null ? {} : var.certificate.policy_arns

  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

resource "aws_rolesanywhere_profile" "this" {
  count = var.certificate == null ? 0 : 1

  name             = "${var.name}-${var.worker_id}"
  enabled          = true
  role_arns        = [aws_iam_role.this[0].arn]
  duration_seconds = 3600
}
