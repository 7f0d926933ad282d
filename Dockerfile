# The program alone, static, without a shell, as a user without rights:
#   docker build -t firstmile . && docker run --rm --network none -v "$PWD:/data:ro" firstmile races/
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev gcc
WORKDIR /source
COPY . .
RUN cargo build --profile dist --locked --features full

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /source/target/dist/firstmile /usr/local/bin/firstmile
WORKDIR /data
USER nonroot
ENTRYPOINT ["firstmile"]
CMD ["demo"]
