# syntax=docker/dockerfile:1
# The jar is built outside (./mvnw package), so that the image holds no build tools. More: docs/image.md.

# A Java 25 with a shell. config/runtime.Dockerfile makes a smaller one.
ARG RUNTIME=eclipse-temurin:25-jre

FROM ${RUNTIME} AS layers
# Of all files, so that the same jar makes the same layers. The AOT cache counts for jars of this date alone.
ARG SOURCE_DATE_EPOCH=1767225600
WORKDIR /build
COPY target/passgate-*.jar passgate.jar
COPY src/main/dist/ dist/
COPY LICENSE NOTICE target/classes/META-INF/sbom/application.cdx.json dist/
# Unpacked, as the JVM's AOT cache knows no classes of jars within jars. What changes least comes first.
RUN java -Djarmode=tools -jar passgate.jar extract --layers --application-filename passgate.jar --libraries libs --destination layers \
    && mkdir -p one/opt/passgate/lib two/opt/passgate \
    && cp -R layers/dependencies/. layers/snapshot-dependencies/. one/opt/passgate/lib/ \
    && cp -R dist/. two/opt/passgate/ \
    && mv two/opt/passgate/application.cdx.json two/opt/passgate/passgate.cdx.json \
    && cp -R layers/application/. two/opt/passgate/lib/ \
    && chmod -R u=rwX,go=rX one two && chmod 0755 two/opt/passgate/bin/* \
    && find one two -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

FROM ${RUNTIME} AS installed
COPY --from=layers /build/one/ /
COPY --from=layers /build/two/ /
WORKDIR /opt/passgate

# A run with requests of all kinds, on loopback alone, after which the JVM starts with what it has learned.
FROM installed AS trained
ARG SOURCE_DATE_EPOCH=1767225600
RUN bin/passgate train \
    && mkdir -p /trained/opt/passgate/lib && mv lib/passgate.aot /trained/opt/passgate/lib/ \
    && chmod 0644 /trained/opt/passgate/lib/passgate.aot \
    && find /trained -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

FROM installed
COPY --from=trained /trained/ /
# A number without a name: nothing of the image is its own, and no user needs to be made.
USER 10001:10001
# Configuration is read from /opt/passgate/config/application.yml if it is there; options of the JVM are in
# lib/jvm.options, and more of them come from JAVA_OPTS.
EXPOSE 8888 8443 9090
# By bash itself, as not every base has curl.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9090 && printf 'GET /actuator/health/readiness HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == HTTP/1.*' 200 '* ]]"]
ENTRYPOINT ["/opt/passgate/bin/passgate"]
# Whose values the base's labels would be otherwise.
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Passgate" \
      org.opencontainers.image.description="The identity gateway for Trino" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
