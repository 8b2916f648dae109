package io.verillm.connect;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Tables whose files lie in an S3 in this process, with a REST catalog before them. */
final class Tables implements AutoCloseable {
  static final String REGION = "eu-central-1";
  static final String NAME = "identity";
  static final String PASSWORD = "credential";
  static final Namespace NAMESPACE = Namespace.of("verillm");
  private static final String BUCKET = "verillm-tables";

  private final S3Proxy s3;
  private final RestTables rest;
  private final RESTCatalog reader = new RESTCatalog();

  Tables() throws Exception {
    s3 =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .ignoreUnknownHeaders(true)
            .build();
    s3.start();
    try (S3Client client =
        S3Client.builder()
            .region(Region.of(REGION))
            .endpointOverride(URI.create(endpoint()))
            .forcePathStyle(true)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(NAME, PASSWORD)))
            .build()) {
      client.createBucket(create -> create.bucket(BUCKET));
    }
    rest = new RestTables(warehouse());
    rest.catalog().createNamespace(NAMESPACE);
    reader.initialize(
        "reader",
        Map.of(
            "uri",
            rest.address().toString(),
            "warehouse",
            warehouse(),
            "io-impl",
            S3FileIO.class.getName(),
            "http-client.type",
            "urlconnection",
            "client.region",
            REGION,
            "s3.endpoint",
            endpoint(),
            "s3.path-style-access",
            "true",
            "s3.access-key-id",
            NAME,
            "s3.secret-access-key",
            PASSWORD));
  }

  String endpoint() {
    return "http://127.0.0.1:" + s3.getPort();
  }

  String warehouse() {
    return "s3://" + BUCKET + "/warehouse";
  }

  RestTables rest() {
    return rest;
  }

  /** Rows of a table as its last snapshot has them; none where there is no such table yet. */
  List<Record> rows(String name) throws IOException {
    TableIdentifier id = TableIdentifier.of(NAMESPACE, name);
    if (!reader.tableExists(id)) {
      return List.of();
    }
    Table table = reader.loadTable(id);
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      List<Record> read = new ArrayList<>();
      rows.forEach(read::add);
      return read;
    }
  }

  @Override
  public void close() throws Exception {
    reader.close();
    rest.close();
    s3.stop();
  }
}
