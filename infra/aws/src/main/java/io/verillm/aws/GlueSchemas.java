package io.verillm.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.Compatibility;
import software.amazon.awssdk.services.glue.model.DataFormat;
import software.amazon.awssdk.services.glue.model.RegisterSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.RegistryId;
import software.amazon.awssdk.services.glue.model.SchemaId;
import software.amazon.awssdk.services.glue.model.SchemaVersionStatus;

/**
 * A copy of the events' schemas in a Glue registry, for tools that look there. Nothing of ours
 * reads it: an event names its schema by fingerprint, and the topic {@code schemas} has the text.
 */
public final class GlueSchemas {
  private final GlueClient client;
  private final String registry;

  /**
   * A registry that exists.
   *
   * @param client stays the caller's
   */
  public GlueSchemas(GlueClient client, String registry) {
    this.client = client;
    this.registry = registry;
  }

  /**
   * Copies each schema under its name; one that is there already is registered as its next version
   * if it differs. Can be done again.
   *
   * @return names of schemas that are there now, sorted
   * @throws IllegalStateException if Glue finds a version incompatible; all others were copied
   * @throws software.amazon.awssdk.core.exception.SdkException if Glue refuses or does not answer
   */
  public List<String> copy(Collection<Schema> schemas) {
    List<String> copied = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    schemas.stream()
        .sorted(Comparator.comparing(Schema::getName))
        .forEach(schema -> (copy(schema) ? copied : refused).add(schema.getName()));
    if (!refused.isEmpty()) {
      throw new IllegalStateException(
          "Glue registry %s refuses as incompatible: %s".formatted(registry, refused));
    }
    return copied;
  }

  private boolean copy(Schema schema) {
    try {
      client.createSchema(create ->
          create
              .registryId(RegistryId.builder().registryName(registry).build())
              .schemaName(schema.getName())
              .dataFormat(DataFormat.AVRO)
              .compatibility(Compatibility.FULL_ALL)
              .schemaDefinition(schema.toString()));
      return true;
    } catch (AlreadyExistsException exists) {
      RegisterSchemaVersionResponse version =
          client.registerSchemaVersion(register ->
              register
                  .schemaId(
                      SchemaId.builder()
                          .registryName(registry)
                          .schemaName(schema.getName())
                          .build())
                  .schemaDefinition(schema.toString()));
      return version.status() != SchemaVersionStatus.FAILURE;
    }
  }
}
