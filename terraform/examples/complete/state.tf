################################################################################
# Folders of the witnesses: keys, and what each cosigned last
################################################################################

resource "aws_efs_file_system" "this" {
  creation_token = "${var.name}-witnesses"
  encrypted      = true
  kms_key_id     = module.artifacts.kms_key_arn
  tags           = { Name = "${var.name}-witnesses" }
}

# Nobody mounts without a name, without TLS, as root, or another's folder.
resource "aws_efs_file_system_policy" "this" {
  file_system_id = aws_efs_file_system.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        # One for each: in one account this policy alone lets in, so a list of all would open every folder to every witness.
        for index, id in keys(var.secrets.witnesses) : {
          Sid       = "OwnFolder${index}"
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
          Resource  = aws_efs_file_system.this.arn
          Condition = { ArnEquals = {
            "aws:PrincipalArn"                 = module.app["witness-${id}"].task_role_arn
            "elasticfilesystem:AccessPointArn" = aws_efs_access_point.this[id].arn
          } }
        }
      ],
      [{
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "*"
        Resource  = aws_efs_file_system.this.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  })
}

resource "aws_efs_access_point" "this" {
  for_each = var.secrets.witnesses

  file_system_id = aws_efs_file_system.this.id
  tags           = { Name = "${var.name}-witness-${each.key}" }

  posix_user {
    uid = 65532
    gid = 65532
  }

  root_directory {
    path = "/${each.key}"

    creation_info {
      owner_uid   = 65532
      owner_gid   = 65532
      permissions = "0700"
    }
  }
}

resource "aws_efs_mount_target" "this" {
  for_each = aws_subnet.private

  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = each.value.id
  security_groups = [aws_security_group.state.id]
}

resource "aws_security_group" "state" {
  name_prefix = "${var.name}-state-"
  description = "Folders of the witnesses"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-state" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "state" {
  for_each = var.secrets.witnesses

  security_group_id            = aws_security_group.state.id
  description                  = "Witness ${each.key}"
  referenced_security_group_id = module.app["witness-${each.key}"].security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
