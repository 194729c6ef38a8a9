# syntax=docker/dockerfile:1
# The jar is built outside (./mvnw package), so that the image holds no build tools.
FROM eclipse-temurin:25-jre AS layers
WORKDIR /build
COPY target/passgate-*.jar passgate.jar
# Unpacked, as the JVM's AOT cache knows no classes of jars within jars.
RUN java -Djarmode=tools -jar passgate.jar extract --layers --application-filename passgate.jar --libraries libs --destination layers

FROM eclipse-temurin:25-jre AS installed
LABEL org.opencontainers.image.title="Passgate" \
      org.opencontainers.image.description="The identity gateway for Trino" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 passgate \
    && useradd --system --uid 10001 --gid passgate --home-dir /opt/passgate --shell /usr/sbin/nologin passgate
WORKDIR /opt/passgate
# What changes least comes first.
COPY --from=layers /build/layers/dependencies/ lib/
COPY --from=layers /build/layers/snapshot-dependencies/ lib/
COPY src/main/dist/ ./
COPY --from=layers /build/layers/application/ lib/

# A run with requests of all kinds, on loopback alone, after which the JVM starts with what it has learned.
FROM installed AS trained
RUN bin/passgate train

FROM installed
COPY --from=trained /opt/passgate/lib/passgate.aot lib/
USER 10001:10001
# Configuration is read from /opt/passgate/config/application.yml if it is there; options of the JVM are in
# lib/jvm.options, and more of them come from JAVA_OPTS.
EXPOSE 8888 8443 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD curl -fsS http://127.0.0.1:9090/actuator/health/readiness || exit 1
ENTRYPOINT ["/opt/passgate/bin/passgate"]
